from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """Where a sale comes from: the mall itself, a partner mall, a market display."""

    class Kind(models.TextChoices):
        STORE = "store", _("Kmall24")
        PARTNER = "partner", _("partner mall")
        DISPLAY = "display", _("market display")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("sales channel")
        verbose_name_plural = _("sales channels")
        ordering = ["kind", "code"]

    def __str__(self):
        return self.name
