from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchRow(models.Model):
    """What search and lists know of an on-sale product: written in the product's transaction.

    `tokens` holds all that is looked up: words, pairs of characters, once more the words of name and
    brand as "=<word>" and those of the category as "#<word>", and "c:<path>", "o:<option>",
    "s:<seller>". Each order of a list has an index for the mall and one for a category, so that any
    page is a short walk along an index.
    """

    product = models.OneToOneField(
        "catalog.Product", models.CASCADE, primary_key=True, related_name="search_row"
    )
    tokens = ArrayField(models.TextField(), default=list)
    category_path = models.CharField(max_length=60)
    seller = models.ForeignKey("catalog.Seller", models.CASCADE, related_name="+", db_index=False)
    options = ArrayField(models.BigIntegerField(), default=list)
    price_krw = models.PositiveBigIntegerField()
    sold = models.PositiveIntegerField(default=0)
    rank = models.IntegerField(default=0)
    has_stock = models.BooleanField(default=False)
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search row")
        verbose_name_plural = _("search rows")
        indexes = [
            GinIndex(name="search_tokens", fields=["tokens"]),
            models.Index(name="search_by_rank", fields=["rank", "product"]),
            models.Index(name="search_by_sold", fields=["sold", "product"]),
            models.Index(name="search_by_price", fields=["price_krw", "product"]),
            models.Index(name="search_by_date", fields=["approved_at", "product"]),
            models.Index(name="search_category_rank", fields=["category_path", "rank", "product"]),
            models.Index(name="search_category_sold", fields=["category_path", "sold", "product"]),
            models.Index(name="search_category_price", fields=["category_path", "price_krw", "product"]),
            models.Index(name="search_category_date", fields=["category_path", "approved_at", "product"]),
        ]

    def __str__(self):
        return str(self.product_id)


class SearchWord(models.Model):
    """The vocabulary of all tokens: how many products carry one decides the plan; near words mend typos.

    `sound` and `initials`: see catalog/search/sounds.py. `documents` is counted anew by `index.recount`;
    in between it may be a little behind, which can make a search slower, never wrong.
    """

    class Kind(models.TextChoices):
        WORD = "word", _("word")
        BRAND = "brand", _("brand")
        CATEGORY = "category", _("category")
        PAIR = "pair", _("pair of characters")
        FILTER = "filter", _("filter")

    word = models.TextField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.TextField(blank=True)
    sound = models.TextField(blank=True)
    initials = models.TextField(blank=True)
    documents = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [
            models.Index(OpClass(models.F("word"), name="text_pattern_ops"), name="search_word_prefix"),
            models.Index(OpClass(models.F("sound"), name="text_pattern_ops"), name="search_sound_prefix"),
            models.Index(OpClass(models.F("initials"), name="text_pattern_ops"), name="search_initials"),
            GinIndex(OpClass(models.F("sound"), name="gin_trgm_ops"), name="search_sound_trigrams"),
        ]

    def __str__(self):
        return self.word
