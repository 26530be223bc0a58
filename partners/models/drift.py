from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Drift(models.Model):
    """What a look found at a partner to be otherwise than we sent it, until a look finds it mended.

    Without a listing: an item there that is none of ours, `out_id` is the name it goes by. With what the mall
    said when it was last to take it off; `tries`: how often it was, `ticket`: of a receipt that is awaited.
    """

    class Finding(models.TextChoices):
        MISSING = "missing", _("not shown there")
        DIFFERENT = "different", _("shown otherwise than sent")
        EXTRA = "extra", _("shown, though withdrawn here")
        STRANGER = "stranger", _("unknown here")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="drifts", verbose_name=_("partner mall")
    )
    listing = models.ForeignKey(
        "partners.Listing", models.CASCADE, null=True, related_name="drifts", verbose_name=_("listing")
    )
    out_id = models.CharField(_("number there"), max_length=500)  # an index takes no more than 2704 bytes
    finding = models.CharField(_("finding"), max_length=10, choices=Finding)
    found_at = models.DateTimeField(_("found"), auto_now_add=True, db_index=True)
    mended_at = models.DateTimeField(_("mended"), null=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ticket = models.CharField(max_length=80, blank=True, editable=False)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_text = models.CharField(_("in the mall's words"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("drift")
        verbose_name_plural = _("drifts")
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="drift_open_once",
                fields=["listing"],
                condition=Q(mended_at__isnull=True, listing__isnull=False),
            ),
            models.UniqueConstraint(
                name="drift_of_a_stranger_open_once",
                fields=["partner", "out_id"],
                condition=Q(mended_at__isnull=True, listing__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.out_id} {self.finding}"
