from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SkuMap(models.Model):
    """What a partner sells under a number that is none of ours, as a person said, for later orders too."""

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="sku_maps", verbose_name=_("partner mall")
    )
    remote_sku = models.CharField(_("number there"), max_length=80)
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="+", verbose_name="SKU")
    mapped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("mapped by"),
    )
    mapped_at = models.DateTimeField(_("mapped at"), auto_now_add=True)

    class Meta:
        verbose_name = _("item map")
        verbose_name_plural = _("item maps")
        ordering = ["-mapped_at", "-id"]
        constraints = [models.UniqueConstraint(name="sku_mapped_once", fields=["partner", "remote_sku"])]

    def __str__(self):
        return f"{self.remote_sku} = {self.sku}"
