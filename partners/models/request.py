import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kmall.encryption import EncryptedTextField

DECIDED_WITHIN = datetime.timedelta(days=3)  # a return, says each mall's contract


class PartnerRequestQuerySet(models.QuerySet):
    def waiting(self):
        """Returns that a person has to decide upon."""
        of = PartnerRequest
        return self.filter(kind=of.Kind.RETURN, answer="", stands__in=[of.Stands.OPEN, of.Stands.RECEIVED])

    def late(self):
        """Of these, those that should have been decided upon by now."""
        return self.filter(asked_at__lt=timezone.now() - DECIDED_WITHIN)

    def taken_back(self):
        """Returns that the partner has, or that its shopper may send."""
        stands = PartnerRequest.Stands
        return self.filter(
            kind=PartnerRequest.Kind.RETURN, stands__in=[stands.ACCEPTED, stands.RECEIVED, stands.REFUNDED]
        )

    def to_look_at(self):
        """Those with a problem that nobody has ticked off yet."""
        return self.exclude(problem="").filter(settled_at=None)


class PartnerRequest(models.Model):
    """What a partner's shopper asks of an order that we confirmed, and what we answer.

    `stands` is how it stands at the partner, as it told last. `lines` and `received` are lists of
    {"out_sku_id", "quantity"}. `problem` set: a person has to look, and ticks it off. `settled_at`: then,
    or when goods came back that cost nothing.
    """

    class Kind(models.TextChoices):
        CANCEL = "cancel", _("call off")
        RETURN = "return", pgettext_lazy("a shopper's request", "return")

    class Stands(models.TextChoices):
        OPEN = "open", pgettext_lazy("a shopper's request", "open")
        ACCEPTED = "accepted", pgettext_lazy("a shopper's request", "accepted")
        REJECTED = "rejected", pgettext_lazy("a shopper's request", "rejected")
        RECEIVED = "received", pgettext_lazy("a shopper's request", "goods received")
        REFUNDED = "refunded", pgettext_lazy("a shopper's request", "refunded")
        WITHDRAWN = "withdrawn", pgettext_lazy("a shopper's request", "withdrawn")

    class Answer(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("a shopper's request", "accept")
        REJECT = "reject", pgettext_lazy("a shopper's request", "reject")

    class Problem(models.TextChoices):
        CROSSED = "crossed", _("our answer crossed with a change at the partner")
        NO_ORDER = "no_order", _("no order of ours belongs to it")
        NOTHING_LEFT = "nothing_left", _("these units have been refunded before")
        MORE_CAME = "more_came", _("more units have come to the mall's depot since they were refunded")

    order = models.ForeignKey(
        "partners.PartnerOrder", models.CASCADE, related_name="requests", verbose_name=_("partner order")
    )
    remote_id = models.CharField(_("request number"), max_length=80)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    stands = models.CharField(_("state at the partner"), max_length=10, choices=Stands)
    words = EncryptedTextField(_("shopper's words"), blank=True)
    # all of it as the partner told it last, in its own words: JSON, XML or rows of a file
    told = EncryptedTextField(blank=True, editable=False, default="")
    lines = models.JSONField(_("units"), default=list)
    received = models.JSONField(_("units received"), default=list)
    is_customs_return = models.BooleanField(_("customs accepted the return"), default=False)
    # the partner's clock, where it tells one of each request: a telling that is not newer changes nothing
    remote_updated_at = models.DateTimeField(null=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=6, choices=Answer, blank=True)
    message = models.CharField(_("message to the shopper"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    told_at = models.DateTimeField(_("answer told"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ticked off by"),
    )

    objects = PartnerRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("shopper's request at a partner")
        verbose_name_plural = _("shoppers' requests at partners")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="partner_request_once", fields=["order", "remote_id"]),
            models.CheckConstraint(
                name="partner_request_answer_has_time",
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.remote_id

    @property
    def decide_by(self) -> datetime.datetime:
        """Of a return: when a person has to have decided upon it."""
        return self.asked_at + DECIDED_WITHIN
