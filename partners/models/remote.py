from django.db import models
from django.utils.translation import gettext_lazy as _


class RemoteCategory(models.Model):
    """A category of a partner's own tree, as listed last. Its code is stable, its name is not."""

    partner = models.ForeignKey(
        "partners.PartnerMall",
        models.CASCADE,
        related_name="remote_categories",
        verbose_name=_("partner mall"),
    )
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    parent_code = models.CharField(_("parent"), max_length=60, blank=True)
    is_leaf = models.BooleanField(_("takes goods"), default=True)

    class Meta:
        verbose_name = _("partner's category")
        verbose_name_plural = _("partner's categories")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(name="remote_category_once", fields=["partner", "code"])]

    def __str__(self):
        return self.name
