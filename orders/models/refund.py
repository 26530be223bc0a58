from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Refund(models.Model):
    """Money that goes back: an order's, a parcel's or some units'. `number` is the provider's out_request_no.

    Without a payment it is a partner's to give back, which collected the money. Without lines it is money
    that was never part of the order's total.
    """

    class State(models.TextChoices):
        DUE = "due", _("due")
        DONE = "done", _("done")
        STUCK = "stuck", _("needs a person")

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="refunds", verbose_name=_("order"))
    payment = models.ForeignKey(
        "orders.Payment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("payment"),
    )
    consignment = models.ForeignKey(
        "orders.Consignment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("parcel"),
    )
    number = models.CharField(_("refund number"), max_length=40, unique=True)
    key = models.CharField(max_length=40, blank=True, editable=False)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    reason = models.CharField(_("reason"), max_length=40)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    last_answer = models.TextField(_("last answer"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        indexes = [models.Index(name="refund_due", fields=["next_try_at"], condition=Q(state="due"))]
        constraints = [
            models.UniqueConstraint(
                name="refund_once_per_form", fields=["order", "key"], condition=~Q(key="")
            ),
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="refund_done_has_time", condition=~Q(state="done") | Q(done_at__gte=F("created_at"))
            ),
        ]

    def __str__(self):
        return self.number


class RefundLine(models.Model):
    """Units of an order line in a refund, and their share of the line's money; docs/money.md, Refunds."""

    refund = models.ForeignKey(Refund, models.CASCADE, related_name="lines", verbose_name=_("refund"))
    line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, related_name="refund_lines", verbose_name=_("order line")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    goods_fen = models.PositiveBigIntegerField(_("goods, fen"))
    freight_fen = models.PositiveBigIntegerField(_("share of freight, fen"))
    tariff_fen = models.PositiveBigIntegerField(_("tariff, fen"))
    consumption_fen = models.PositiveBigIntegerField(_("consumption tax, fen"))
    vat_fen = models.PositiveBigIntegerField(_("import VAT, fen"))
    tax_fen = models.PositiveBigIntegerField(_("tax, fen"))
    commission_fen = models.PositiveBigIntegerField(_("commission, fen"), default=0, editable=False)
    was_sent = models.BooleanField(_("had been sent"))
    is_restocked = models.BooleanField(_("back in stock"))
    is_uncounted = models.BooleanField(_("given back to the buyer's year"))

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="refund_line_once", fields=["refund", "line"]),
            models.CheckConstraint(name="refund_line_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="refund_line_tax_adds_up",
                condition=Q(tax_fen=F("tariff_fen") + F("consumption_fen") + F("vat_fen")),
            ),
        ]

    def __str__(self):
        return f"{self.refund_id}: {self.quantity} x {self.line_id}"

    @property
    def amount_fen(self) -> int:
        return self.goods_fen + self.freight_fen + self.tax_fen
