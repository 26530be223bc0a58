from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Label(models.Model):
    """A printed shelf label: its number in the short link, and all that it shows.

    `shown` holds the texts as printed (`partners.labels.TEXTS` names them); `rate_day` is the day whose rate
    made the prices. A display has one label in force for each product; a newer print supersedes it, and the
    paper may hang on until somebody says that it is taken away.
    """

    code = models.CharField(_("label number"), max_length=12, unique=True)
    display = models.ForeignKey(
        "partners.Display", models.PROTECT, related_name="labels", verbose_name=_("display")
    )
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="labels", verbose_name=_("product")
    )
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="+", verbose_name="SKU")
    price_fen = models.PositiveBigIntegerField(_("price shown, fen"))
    landed_fen = models.PositiveBigIntegerField(_("landed price shown, fen"))
    rate_day = models.DateField(_("day of the rate"))
    shown = models.JSONField(_("text shown"), default=dict)
    printed_at = models.DateTimeField(_("printed"), auto_now_add=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("printed by"),
    )
    superseded_at = models.DateTimeField(_("out of force since"), null=True, blank=True)
    taken_away_at = models.DateTimeField(_("noted as taken away"), null=True, blank=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="label_in_force_once_per_product",
                fields=["display", "product"],
                condition=Q(superseded_at=None),
            ),
            models.CheckConstraint(
                name="label_taken_away_is_out_of_force",
                condition=Q(taken_away_at=None) | Q(superseded_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.code


class Scan(models.Model):
    """A shopper scanned a label, or the display's screen (`label` None). A burst of reloads is one scan."""

    display = models.ForeignKey(
        "partners.Display", models.PROTECT, related_name="scans", verbose_name=_("display")
    )
    product = models.ForeignKey(
        "catalog.Product", models.CASCADE, related_name="+", verbose_name=_("product")
    )
    label = models.ForeignKey(
        Label, models.SET_NULL, null=True, blank=True, related_name="scans", verbose_name=_("label")
    )
    visit = models.ForeignKey(
        "partners.Visit", models.SET_NULL, null=True, related_name="scans", verbose_name=_("visit")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.display_id} {self.at:%F %T}"
