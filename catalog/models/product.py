from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.picture import Picture
from catalog.models.price import SalePrice
from catalog.models.sku import Sku


class ProductQuerySet(models.QuerySet):
    def on_sale(self):
        """Products that a shopper may buy: approved, not withdrawn, of an open seller."""
        return self.filter(state=Product.State.ON_SALE, seller__state="admitted")

    def for_card(self):
        """What a card shows (`active_skus`, their `active_sales`, `covers`), in a fixed number of queries."""
        skus = Sku.objects.filter(is_active=True).prefetch_related(
            models.Prefetch("sales", queryset=SalePrice.objects.active(), to_attr="active_sales")
        )
        return self.select_related("seller", "hs").prefetch_related(
            models.Prefetch("skus", queryset=skus, to_attr="active_skus"),
            models.Prefetch(
                "pictures", queryset=Picture.objects.filter(position=0, is_current=True), to_attr="covers"
            ),
        )


class Product(models.Model):
    """The approved version of what is sold. An edit waits in a `Revision` while this stays on sale.

    `version` grows with every change that a page or a partner shows. `sort_price_krw`, `has_stock`,
    `sold`, `rating_sum`, `rating_count` are kept by the functions that write their sources.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ON_SALE = "on_sale", _("on sale")
        WITHDRAWN = "withdrawn", _("withdrawn by the seller")
        SUSPENDED = "suspended", _("suspended by KITA")

    class Delivery(models.TextChoices):
        DIRECT = "direct", _("direct mail from Korea")
        BONDED = "bonded", _("bonded warehouse")

    seller = models.ForeignKey(
        "catalog.Seller", models.PROTECT, related_name="products", verbose_name=_("seller")
    )
    category = models.ForeignKey(
        "catalog.Category", models.PROTECT, related_name="products", verbose_name=_("category")
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    brand = models.CharField(_("brand"), max_length=60, blank=True)
    description = models.TextField(_("description"), blank=True)
    hs = models.ForeignKey("catalog.HsCode", models.PROTECT, related_name="+", verbose_name=_("HS code"))
    origin = models.CharField(_("country of origin"), max_length=2, default="KR")
    origin_certificate = models.CharField(_("certificate of origin"), max_length=40, blank=True)
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery, default=Delivery.DIRECT)
    shelf_life_months = models.PositiveSmallIntegerField(_("shelf life, months"), null=True, blank=True)
    best_before = models.DateField(_("best before"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    is_withdrawn = models.BooleanField(
        default=False, editable=False
    )  # by its seller; KITA may suspend it too
    version = models.BigIntegerField(_("version"), default=1, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    sort_price_krw = models.PositiveBigIntegerField(_("lowest price, KRW"), default=0, editable=False)
    has_stock = models.BooleanField(_("in stock"), default=False, editable=False)
    sold = models.PositiveIntegerField(_("units sold"), default=0, editable=False)
    rating_sum = models.PositiveIntegerField(_("sum of stars"), default=0, editable=False)
    rating_count = models.PositiveIntegerField(_("reviews"), default=0, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["-id"]
        indexes = [
            models.Index(name="product_desk_list", fields=["seller", "state", "-id"]),
            models.Index(name="product_category_sold", fields=["category", "state", "-sold", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="product_rating_within_stars",
                condition=models.Q(rating_sum__gte=models.F("rating_count"))
                & models.Q(rating_sum__lte=models.F("rating_count") * 5),
            ),
        ]

    def __str__(self):
        return self.name
