from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaidBy(models.TextChoices):
    """Payment providers by the names of `orders.payments.provider`."""

    ALIPAY = "alipay", _("Alipay")


class Payment(models.Model):
    """One attempt to pay an order. `number` is the out_trade_no that the provider sees."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SUCCEEDED = "succeeded", _("succeeded")
        CLOSED = "closed", _("closed")

    order = models.ForeignKey(
        "orders.Order", models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    provider = models.CharField(_("provider"), max_length=12, choices=PaidBy)
    number = models.CharField(_("payment number"), max_length=40, unique=True)
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    provider_number = models.CharField(_("provider's number"), max_length=64, blank=True)
    request_raw = models.TextField(_("request as sent"), blank=True)
    response_raw = models.TextField(_("answer as received"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    next_poll_at = models.DateTimeField(_("next question"), null=True, blank=True)
    polls = models.PositiveSmallIntegerField(_("questions asked"), default=0)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        indexes = [
            models.Index(name="payment_to_poll", fields=["next_poll_at"], condition=Q(state="pending"))
        ]
        constraints = [models.CheckConstraint(name="payment_amount_positive", condition=Q(amount_fen__gt=0))]

    def __str__(self):
        return self.number


class PaymentNotice(models.Model):
    """A provider's message as it came, kept whether it was believed or not."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("booked as paid")
        REPEATED = "repeated", _("known already")
        REFUND_TOLD = "refund_told", _("tells of a refund")
        NO_PAYMENT = "no_payment", _("tells of no payment")
        WRONG_AMOUNT = "wrong_amount", _("refused: another amount")
        UNKNOWN_PAYMENT = "unknown_payment", _("refused: no such payment")
        WRONG_RECEIVER = "wrong_receiver", _("refused: meant for another receiver")
        FORGED = "forged", _("refused: the signature is wrong")

    provider = models.CharField(_("provider"), max_length=12, choices=PaidBy)
    notice_id = models.CharField(_("notice id"), max_length=128)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("payment")
    )
    raw = models.TextField(_("as received"))
    outcome = models.CharField(_("outcome"), max_length=40, choices=Outcome)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="notice_applied_once", fields=["provider", "notice_id"], condition=Q(outcome="applied")
            )
        ]

    def __str__(self):
        return f"{self.get_provider_display()} {self.notice_id}"
