from django.db import models
from django.utils.translation import gettext_lazy as _


class Consignment(models.Model):
    """One seller's parcel of an order."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for payment")
        TO_SHIP = "to_ship", _("to be shipped")
        SHIPPED = "shipped", _("shipped")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")
        REFUNDED = "refunded", _("refunded")

    class Obstacle(models.TextChoices):
        """Why the seller cannot fill the parcel."""

        SOLD_OUT = "sold_out", _("sold out")
        DAMAGED = "damaged", _("goods damaged")
        DISCONTINUED = "discontinued", _("no longer made")
        OTHER = "other", _("another reason")

    order = models.ForeignKey(
        "orders.Order", models.CASCADE, related_name="consignments", verbose_name=_("order")
    )
    seller = models.ForeignKey(
        "catalog.Seller", models.PROTECT, related_name="consignments", verbose_name=_("seller")
    )
    number = models.CharField(_("parcel number"), max_length=28, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    freight_fen = models.PositiveBigIntegerField(_("freight, fen"), default=0)
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    obstacle = models.CharField(_("cannot be filled"), max_length=12, choices=Obstacle, blank=True)
    obstacle_note = models.CharField(_("seller's note"), max_length=200, blank=True)
    obstacle_at = models.DateTimeField(_("reported at"), null=True, blank=True)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["-id"]
        indexes = [models.Index(name="consignment_desk_list", fields=["seller", "state", "-id"])]
        constraints = [
            models.UniqueConstraint(name="consignment_once_per_seller", fields=["order", "seller"]),
            models.CheckConstraint(
                name="consignment_shipped_has_tracking",
                condition=~models.Q(state__in=["shipped", "received", "refunded"])
                | ~models.Q(tracking_number=""),
            ),
            models.CheckConstraint(
                name="consignment_obstacle_has_time",
                condition=models.Q(obstacle="", obstacle_at__isnull=True)
                | ~models.Q(obstacle="") & models.Q(obstacle_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_goods_missing(self) -> bool:
        """The seller reported that its goods cannot be sold to anybody: they are not on the shelf."""
        return self.obstacle not in ("", self.Obstacle.OTHER)
