from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kmall.encryption import EncryptedTextField

DIFFERS = "differs"  # code in front of a reason: the order stands otherwise at the partner, and how
SET_ASIDE = "set_aside"  # reason of one that a person set aside: nothing was answered
MANY_TRIES = 10  # spread over half an hour or more


class PartnerOrderQuerySet(models.QuerySet):
    def stuck(self):
        """Orders that a person has to look at: both sides do not agree, or try after try came to nothing."""
        tried = models.Q(attempts__gte=MANY_TRIES, next_try_at__isnull=False)
        tried &= ~models.Q(state=PartnerOrder.State.AWAITING_MAPPING)
        return self.filter(models.Q(reason__startswith=DIFFERS) | tried)


class PartnerOrder(models.Model):
    """An order as the partner told it, stored before anything is done with it. Unique however it came.

    `next_try_at` set means that something is to be done: place it, tell the answer, a shipment, a refund.
    """

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("a partner's order", "received")
        AWAITING_MAPPING = "awaiting", _("awaiting mapping")
        PLACED = "placed", pgettext_lazy("a partner's order", "placed")
        REFUSED = "refused", _("refused to the partner")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.PROTECT, related_name="orders", verbose_name=_("partner mall")
    )
    remote_id = models.CharField(_("partner's number"), max_length=80)
    raw = EncryptedTextField(_("as received"))
    # it in the partner's own words, XML or rows of a file; empty where these are what `raw` holds
    told = EncryptedTextField(blank=True, editable=False, default="")
    came_by = models.CharField(_("came by"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    order = models.OneToOneField(
        "orders.Order",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partner_order",
        verbose_name=_("order"),
    )
    # by our SKU's key, the number that the partner knows it by, where a person mapped it
    names = models.JSONField(default=dict, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    told_at = models.DateTimeField(_("answer told"), null=True, blank=True)
    shipment_told_at = models.DateTimeField(_("shipment told"), null=True, blank=True)
    # stays as it is while a further parcel waits to be told: the order is sent there since then
    first_parcel_told_at = models.DateTimeField(null=True, editable=False)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    erased_at = models.DateTimeField(_("persons' data erased"), null=True, blank=True)
    # the partner's clock: a telling of the order that is not newer changes nothing
    remote_updated_at = models.DateTimeField(null=True, editable=False)
    # what the partner told last, if it cannot be read, and which field; `raw` is empty if nothing ever could
    unread = EncryptedTextField(blank=True, editable=False)
    unread_field = models.CharField(_("cannot be read"), max_length=60, blank=True, editable=False)

    objects = PartnerOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner order")
        verbose_name_plural = _("partner orders")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="partner_order_due",
                fields=["next_try_at"],
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(
                name="partner_order_with_persons",
                fields=["received_at"],
                condition=models.Q(erased_at__isnull=True),
            ),
            models.Index(
                name="partner_order_unread",
                fields=["partner"],
                condition=~models.Q(unread_field=""),
            ),
        ]
        constraints = [models.UniqueConstraint(name="partner_order_once", fields=["partner", "remote_id"])]

    def __str__(self):
        return self.remote_id

    @property
    def is_tried_often(self) -> bool:
        """As `stuck` says of tries."""
        is_due = self.next_try_at is not None and self.state != self.State.AWAITING_MAPPING
        return is_due and self.attempts >= MANY_TRIES

    @property
    def is_refused_unread(self) -> bool:
        """Whether a person refused it though nobody could read it: that answer stands, whatever comes."""
        return not self.raw and self.state == self.State.REFUSED and self.reason != SET_ASIDE

    def name_of(self, sku_id: int) -> str:
        """What the partner calls one of our SKUs in this order."""
        return self.names.get(str(sku_id), f"S{sku_id}")


class PartnerRefund(models.Model):
    """A refund of ours of a partner's order, to be told to the partner, which gives the money back."""

    order = models.ForeignKey(
        PartnerOrder, models.CASCADE, related_name="refunds", verbose_name=_("partner order")
    )
    refund = models.OneToOneField(
        "orders.Refund", models.PROTECT, related_name="partner_refund", verbose_name=_("refund")
    )
    request = models.ForeignKey(
        "partners.PartnerRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("shopper's request"),
    )
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund to tell a partner")
        verbose_name_plural = _("refunds to tell partners")
        ordering = ["id"]

    def __str__(self):
        return str(self.refund)


class FaultyFile(models.Model):
    """A file that a partner dropped, with rows that could not be taken; of a statement none was then."""

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="faulty_files", verbose_name=_("partner mall")
    )
    name = models.CharField(_("file"), max_length=80)
    day = models.DateField(_("statement of"), null=True, blank=True)  # none of a file of orders or requests
    digest = models.CharField(max_length=64, editable=False)
    faults = models.JSONField(_("faults"), default=list)  # of `RowFault`, as dicts
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    told_at = models.DateTimeField(_("told to the partner"), null=True, blank=True)

    class Meta:
        verbose_name = _("file with faults")
        verbose_name_plural = _("files with faults")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="faulty_file_once", fields=["partner", "name", "digest"])]

    def __str__(self):
        return self.name
