from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Stock(models.Model):
    """Units of a SKU: `on_hand` in the warehouse, of which `reserved` are held for somebody."""

    sku = models.OneToOneField(
        "catalog.Sku", models.CASCADE, primary_key=True, related_name="stock", verbose_name="SKU"
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                name="stock_reserved_within_on_hand",
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
            )
        ]

    def __str__(self):
        return f"{self.on_hand - self.reserved} / {self.on_hand}"


class StockHold(models.Model):
    """Units put aside until `expires_at` for an opaque reference (an order's number)."""

    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="holds", verbose_name="SKU")
    quantity = models.PositiveIntegerField(_("quantity"))
    reference = models.CharField(_("reference"), max_length=60)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock hold")
        verbose_name_plural = _("stock holds")
        constraints = [
            models.CheckConstraint(name="hold_quantity_positive", condition=Q(quantity__gt=0)),
            models.UniqueConstraint(name="hold_once_per_reference", fields=["reference", "sku"]),
        ]

    def __str__(self):
        return f"{self.quantity} x {self.sku_id} / {self.reference}"


class StockMovement(models.Model):
    """The ledger: the sum of `delta` of a SKU is what is on hand."""

    class Reason(models.TextChoices):
        OPENING = "opening", _("opening stock")
        RESTOCK = "restock", _("restock")
        COUNT = "count", _("stock count")
        SALE = "sale", _("sale")
        RETURN = "return", _("return")

    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="movements", verbose_name="SKU")
    delta = models.IntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    reference = models.CharField(_("reference"), max_length=60, blank=True, db_index=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="movement_moves_something", condition=~Q(delta=0))]

    def __str__(self):
        return f"{self.delta:+d} {self.reason}"
