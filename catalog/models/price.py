from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SalePriceQuerySet(models.QuerySet):
    def active(self, at=None):
        """Sale prices in force at a moment (default: now)."""
        at = at or timezone.now()
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class SalePrice(models.Model):
    """A price open to everyone for a time. It lowers the taxable value, since everyone gets it."""

    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="sales", verbose_name="SKU")
    price_krw = models.PositiveBigIntegerField(_("sale price, KRW"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), db_index=True)
    label = models.CharField(_("label"), max_length=30, blank=True)

    objects = SalePriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale price")
        verbose_name_plural = _("sale prices")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(name="sale_price_positive", condition=Q(price_krw__gt=0)),
            models.CheckConstraint(name="sale_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="sale_one_at_a_time",
                expressions=[
                    ("sku", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.price_krw} KRW"


class PricePolicy(models.Model):
    """How won become yuan: CNY = KRW x rate x (1 + margin), half up to the fen, then to `step_fen`."""

    valid_from = models.DateField(_("valid from"), unique=True)
    margin = models.DecimalField(_("margin"), max_digits=6, decimal_places=4)
    step_fen = models.PositiveSmallIntegerField(_("price ending, step in fen"), default=10)

    class Meta:
        verbose_name = _("price policy")
        verbose_name_plural = _("price policies")
        ordering = ["-valid_from"]
        constraints = [models.CheckConstraint(name="policy_step_positive", condition=Q(step_fen__gt=0))]

    def __str__(self):
        return f"{self.valid_from}: {self.margin}"


class ExchangeRate(models.Model):
    """CNY for one KRW on a day. A rate older than three days stops new quotes."""

    date = models.DateField(_("day"), unique=True)
    rate = models.DecimalField(_("CNY for 1 KRW"), max_digits=14, decimal_places=10)
    source = models.CharField(_("source"), max_length=60)
    fetched_at = models.DateTimeField(_("fetched"), auto_now_add=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-date"]
        constraints = [models.CheckConstraint(name="rate_positive", condition=Q(rate__gt=0))]

    def __str__(self):
        return f"{self.date}: {self.rate}"
