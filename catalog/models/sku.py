from django.db import models
from django.utils.translation import gettext_lazy as _


class Sku(models.Model):
    """What is counted, priced and shipped. `code` is the seller's own SKU code."""

    class NetUnit(models.TextChoices):
        ML = "ml", "ml"
        G = "g", "g"
        PIECE = "piece", _("piece")

    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="skus", verbose_name=_("product")
    )
    seller = models.ForeignKey(
        "catalog.Seller", models.PROTECT, related_name="skus", verbose_name=_("seller")
    )
    code = models.CharField(_("SKU code"), max_length=40)
    label = models.CharField(_("option"), max_length=60, blank=True, help_text=_("for instance 10매, 21호"))
    price_krw = models.PositiveBigIntegerField(_("price, KRW"))
    weight_g = models.PositiveIntegerField(_("gross weight, g"))
    net_content = models.DecimalField(
        _("net content of one piece"), max_digits=9, decimal_places=2, default=0
    )
    net_unit = models.CharField(
        _("unit of net content"), max_length=6, choices=NetUnit, default=NetUnit.PIECE
    )
    pieces = models.PositiveIntegerField(_("pieces in the pack"), default=1)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = "SKU"
        verbose_name_plural = "SKU"
        ordering = ["product", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="sku_code_once_per_seller", fields=["seller", "code"]),
            models.CheckConstraint(name="sku_price_positive", condition=models.Q(price_krw__gt=0)),
            models.CheckConstraint(name="sku_pieces_positive", condition=models.Q(pieces__gt=0)),
            models.CheckConstraint(
                name="sku_content_known", condition=models.Q(net_unit="piece") | models.Q(net_content__gt=0)
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def is_on_sale(self) -> bool:
        """Whether a shopper may buy it, if there is stock (`ProductQuerySet.on_sale`)."""
        product = self.product
        is_open = product.state == product.State.ON_SALE and product.seller.state == "admitted"
        return is_open and self.is_active
