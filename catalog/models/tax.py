from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HsCode(models.Model):
    """A row of the customs tariff that we sell under: it alone decides VAT, consumption tax and lanes."""

    class Vat(models.TextChoices):
        STANDARD = "vat_standard", _("VAT, standard")
        LOWER = "vat_lower", _("VAT, lower")

    class Consumption(models.TextChoices):
        NONE = "", _("none")
        HIGH_END_COSMETICS = "ct_high_end_cosmetics", _("high-end cosmetics, by price and content")
        WINE = "ct_wine", _("wine")

    code = models.CharField(_("HS code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(
        _("legal unit"), max_length=3, default="035", help_text=_("customs code of the unit")
    )
    vat = models.CharField(_("VAT class"), max_length=20, choices=Vat, default=Vat.STANDARD)
    consumption = models.CharField(
        _("consumption tax class"), max_length=24, choices=Consumption, default=Consumption.NONE, blank=True
    )
    general_tariff = models.DecimalField(
        _("general tariff"),
        max_digits=6,
        decimal_places=4,
        default=0,
        help_text=_("due only above the limits"),
    )
    is_direct = models.BooleanField(_("may be mailed directly (9610)"), default=True)
    is_bonded = models.BooleanField(_("may be sold from bond (1210)"), default=True)
    year_quantity = models.PositiveIntegerField(_("units a person and year"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("HS code")
        verbose_name_plural = _("HS codes")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="hs_code_once_per_date", fields=["code", "valid_from"]),
            models.CheckConstraint(name="hs_code_ten_digits", condition=Q(code__regex=r"^\d{10}$")),
        ]

    def __str__(self):
        return f"{self.code[:4]}.{self.code[4:8]}.{self.code[8:]} {self.name}"


class TaxRate(models.Model):
    """A dated rate or share. `kind` is what `catalog.tax` looks it up by."""

    class Kind(models.TextChoices):
        VAT_STANDARD = "vat_standard", _("VAT, standard")
        VAT_LOWER = "vat_lower", _("VAT, lower")
        CT_HIGH_END_COSMETICS = "ct_high_end_cosmetics", _("consumption tax, high-end cosmetics")
        CT_WINE = "ct_wine", _("consumption tax, wine")
        SHARE = "share", _("share of the statutory tax that is charged")
        HIGH_END_PER_UNIT = "high_end_per_unit", _("high-end cosmetics from, CNY per ml or g")
        HIGH_END_PER_PIECE = "high_end_per_piece", _("high-end cosmetics from, CNY per piece")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=4)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["kind", "-valid_from"]
        constraints = [models.UniqueConstraint(name="tax_rate_once_per_date", fields=["kind", "valid_from"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.value}"
