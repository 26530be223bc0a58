from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchRow(models.Model):
    """What is known of an on-sale product to search and lists: written in the product's transaction."""

    product = models.OneToOneField(
        "catalog.Product", models.CASCADE, primary_key=True, related_name="search_row"
    )
    tokens = ArrayField(models.TextField(), default=list)
    category_path = models.CharField(max_length=60)
    seller = models.ForeignKey("catalog.Seller", models.CASCADE, related_name="+", db_index=False)
    options = ArrayField(models.BigIntegerField(), default=list)
    price_krw = models.PositiveBigIntegerField()
    sold = models.PositiveIntegerField(default=0)
    has_stock = models.BooleanField(default=False)
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search row")
        verbose_name_plural = _("search rows")
        indexes = [
            GinIndex(name="search_tokens", fields=["tokens"]),
            GinIndex(name="search_options", fields=["options"]),
            models.Index(name="search_by_sold", fields=["-sold", "-product"]),
            models.Index(name="search_by_price", fields=["price_krw", "product"]),
            models.Index(name="search_by_date", fields=["-approved_at", "-product"]),
            models.Index(name="search_by_seller", fields=["seller", "-sold", "-product"]),
            models.Index(
                OpClass(models.F("category_path"), name="varchar_pattern_ops"), name="search_by_category"
            ),
        ]

    def __str__(self):
        return str(self.product_id)


class SearchWord(models.Model):
    """The vocabulary: how many products carry a word decides the plan; near words mend typos."""

    word = models.TextField(primary_key=True)
    kind = models.CharField(max_length=10)
    pinyin = models.TextField(blank=True, db_index=True)
    initials = models.TextField(blank=True, db_index=True)
    documents = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [GinIndex(OpClass(models.F("word"), name="gin_trgm_ops"), name="search_word_trigrams")]

    def __str__(self):
        return self.word
