from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Drift(models.Model):
    """What a look found at a partner to be otherwise than we sent it, until a look finds it mended.

    Without a listing: an item there that is none of ours, `out_id` is the name it goes by.
    """

    class Finding(models.TextChoices):
        MISSING = "missing", _("not shown there")
        DIFFERENT = "different", _("shown otherwise than sent")
        EXTRA = "extra", _("shown, though withdrawn here")
        STRANGER = "stranger", _("unknown here, taken off")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="drifts", verbose_name=_("partner mall")
    )
    listing = models.ForeignKey(
        "partners.Listing", models.CASCADE, null=True, related_name="drifts", verbose_name=_("listing")
    )
    out_id = models.CharField(_("number there"), max_length=80)
    finding = models.CharField(_("finding"), max_length=10, choices=Finding)
    found_at = models.DateTimeField(_("found"), auto_now_add=True, db_index=True)
    mended_at = models.DateTimeField(_("mended"), null=True)

    class Meta:
        verbose_name = _("drift")
        verbose_name_plural = _("drifts")
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="drift_open_once",
                fields=["listing"],
                condition=Q(mended_at__isnull=True, listing__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.out_id} {self.finding}"
