from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderMessage(models.Model):
    """A mail or text message owed to the shopper for a step of an order: the row is the outbox."""

    class Kind(models.TextChoices):
        PLACED = "placed", _("order placed")
        PAID = "paid", _("order paid")
        SENT = "sent", _("parcel sent")
        REFUNDED = "refunded", _("order refunded")
        PART = "part", _("part refunded")

    class State(models.TextChoices):
        DUE = "due", _("due")
        SENT = "sent", _("sent")
        STUCK = "stuck", _("given up")

    order = models.ForeignKey(
        "orders.Order", models.CASCADE, related_name="messages", verbose_name=_("order")
    )
    consignment = models.ForeignKey(
        "orders.Consignment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("parcel"),
    )
    refund = models.ForeignKey(
        "orders.Refund",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("refund"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to the shopper")
        verbose_name_plural = _("messages to shoppers")
        ordering = ["-id"]
        indexes = [models.Index(name="message_due", fields=["next_try_at"], condition=models.Q(state="due"))]
        constraints = [
            models.UniqueConstraint(
                name="message_once_per_step",
                fields=["order", "kind", "consignment", "refund"],
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.order_id} {self.kind}"
