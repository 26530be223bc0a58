import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    return secrets.token_urlsafe(12)


class SharedAddress(models.Model):
    """A signed address that a partner mall was given. A new key makes the one given before worthless."""

    class Purpose(models.TextChoices):
        STANDING = "standing", _("its page: how its section stands")
        FEED = "feed", _("the section as a feed")

    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="addresses", verbose_name=_("partner mall")
    )
    purpose = models.CharField(_("what it opens"), max_length=8, choices=Purpose)
    key = models.CharField(max_length=16, default=new_key, editable=False)
    made_at = models.DateTimeField(_("made"), auto_now=True)

    class Meta:
        verbose_name = _("address given to a partner")
        verbose_name_plural = _("addresses given to partners")
        constraints = [models.UniqueConstraint(name="one_address_a_purpose", fields=["partner", "purpose"])]

    def __str__(self):
        return f"{self.partner_id} {self.purpose}"
