from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kmall.encryption import EncryptedTextField


class Statement(models.Model):
    """A partner's account of one of its days, kept as it came, with its own sums. Money in fen (CNY)."""

    partner = models.ForeignKey(
        "partners.PartnerMall", models.PROTECT, related_name="statements", verbose_name=_("partner mall")
    )
    day = models.DateField(_("day"))
    raw = EncryptedTextField(_("as received"))
    orders = models.PositiveIntegerField(_("orders"))
    paid_fen = models.BigIntegerField(_("paid, fen"))
    refunded_fen = models.BigIntegerField(_("refunded, fen"))
    commission_fen = models.BigIntegerField(_("commission, fen"))
    net_fen = models.BigIntegerField(_("owed to us, fen"))
    fetched_at = models.DateTimeField(_("fetched"))

    class Meta:
        verbose_name = _("daily statement")
        verbose_name_plural = _("daily statements")
        ordering = ["-day", "partner"]
        constraints = [models.UniqueConstraint(name="statement_once_per_day", fields=["partner", "day"])]

    def __str__(self):
        return f"{self.partner} {self.day}"


class StatementRow(models.Model):
    """What a day's statement says of one order: the day's figures, and its state at the day's end."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="rows")
    remote_id = models.CharField(max_length=80, db_index=True)
    state = models.CharField(max_length=20)
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()
    commission_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="statement_row_once", fields=["statement", "remote_id"]),
        ]

    def __str__(self):
        return self.remote_id


class Discrepancy(models.Model):
    """What a partner's statements and our orders do not agree on, until they do or a person explains it.

    `theirs` and `ours` are fen, or the name of a state; empty where one side has no such order.
    """

    class Kind(models.TextChoices):
        MISSING_HERE = "here", _("not with us")
        MISSING_THERE = "there", _("not in the statement")
        AMOUNT = "amount", _("amount paid")
        REFUND = "refund", _("amount refunded")
        COMMISSION = "commission", _("commission earned")
        STATE = "state", _("state")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.PROTECT, related_name="discrepancies", verbose_name=_("partner mall")
    )
    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="discrepancies", verbose_name=_("found in the statement of")
    )
    remote_id = models.CharField(_("partner's number"), max_length=80)
    order = models.ForeignKey(
        "partners.PartnerOrder",
        models.PROTECT,
        null=True,
        related_name="discrepancies",
        verbose_name=_("partner order"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    theirs = models.CharField(_("the partner says"), max_length=40, blank=True)
    ours = models.CharField(_("we say"), max_length=40, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("explained by")
    )
    note = models.TextField(_("explanation"), blank=True)

    class Meta:
        verbose_name = _("difference to a statement")
        verbose_name_plural = _("differences to statements")
        ordering = ["-statement__day", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="discrepancy_open_once",
                fields=["partner", "remote_id", "kind"],
                condition=Q(settled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="discrepancy_explained_in_words", condition=Q(settled_by__isnull=True) | ~Q(note="")
            ),
        ]

    def __str__(self):
        return f"{self.remote_id}: {self.get_kind_display()}"
