from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportLimit(models.Model):
    """Limits of the cross-border retail channel by date, without tax; equal is inside."""

    order_fen = models.PositiveBigIntegerField(_("an order, fen"))
    year_fen = models.PositiveBigIntegerField(_("a person and year, fen"))
    valid_from = models.DateField(_("valid from"), unique=True)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("import limit")
        verbose_name_plural = _("import limits")
        ordering = ["-valid_from"]

    def __str__(self):
        return f"{self.valid_from}"


class YearUse(models.Model):
    """What a buyer (blind index of the ID number) has used of a calendar year's limit with us."""

    buyer_index = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    used_fen = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("year's use")
        verbose_name_plural = _("years' use")
        constraints = [
            models.UniqueConstraint(name="year_use_once_per_buyer", fields=["buyer_index", "year"]),
            models.CheckConstraint(name="year_use_not_negative", condition=Q(used_fen__gte=0)),
        ]

    def __str__(self):
        return f"{self.year}: {self.used_fen}"


class FreightRule(models.Model):
    """Freight of one seller's parcel by weight, in force from a date; free from a goods value."""

    valid_from = models.DateField(_("valid from"))
    zone = models.CharField(
        _("provinces"),
        max_length=200,
        blank=True,
        help_text=_("two-digit codes, comma separated; empty: all others"),
    )
    first_g = models.PositiveIntegerField(_("first weight, g"))
    first_fen = models.PositiveIntegerField(_("for the first weight, fen"))
    step_g = models.PositiveIntegerField(_("each further, g"))
    step_fen = models.PositiveIntegerField(_("for each further, fen"))
    free_from_fen = models.PositiveIntegerField(_("free from goods value, fen"), null=True, blank=True)

    class Meta:
        verbose_name = _("freight rule")
        verbose_name_plural = _("freight rules")
        ordering = ["-valid_from", "zone"]
        constraints = [
            models.UniqueConstraint(name="freight_rule_once_per_zone", fields=["valid_from", "zone"]),
            models.CheckConstraint(name="freight_weights_positive", condition=Q(first_g__gt=0, step_g__gt=0)),
        ]

    def __str__(self):
        return f"{self.valid_from} {self.zone or '*'}"

    def clean(self):
        """Of the rules of a day one is for all other provinces, or there nothing could be quoted."""
        if self.valid_from is None:
            return
        self.zone = ",".join(self.provinces)
        others = FreightRule.objects.exclude(pk=self.pk)
        if self.zone and not others.filter(valid_from=self.valid_from, zone="").exists():
            text = _(
                "No rule of %(day)s is for all other provinces yet: save that one first, with this box empty."
            )
            raise ValidationError({"zone": text % {"day": self.valid_from}})
        before = FreightRule.objects.filter(pk=self.pk, zone="").exclude(valid_from=self.valid_from).first()
        if before and others.filter(valid_from=before.valid_from).exists():
            text = _(
                "Rules for single provinces begin on %(day)s: this one is for all others and has to stay."
            )
            raise ValidationError({"valid_from": text % {"day": before.valid_from}})

    @property
    def provinces(self) -> list[str]:
        """Codes of those that it is for; none: all others."""
        return [code.strip() for code in self.zone.split(",") if code.strip()]
