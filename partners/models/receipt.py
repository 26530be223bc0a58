from django.db import models
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """What a partner took in of a listing and has not told the fate of yet.

    A listing has one at most: that of what was sent last. The digests are of what was in the message.
    """

    listing = models.OneToOneField(
        "partners.Listing",
        models.CASCADE,
        primary_key=True,
        related_name="receipt",
        verbose_name=_("listing"),
    )
    partner = models.ForeignKey(
        "partners.PartnerMall", models.CASCADE, related_name="receipts", verbose_name=_("partner mall")
    )
    ticket = models.CharField(_("partner's receipt number"), max_length=80)
    kind = models.CharField(max_length=8)  # upsert, offer, withdraw
    version = models.BigIntegerField(_("version"))
    content_hash = models.CharField(max_length=64, blank=True)
    offer_hash = models.CharField(max_length=64, blank=True)
    asks = models.PositiveSmallIntegerField(default=0)
    ask_at = models.DateTimeField(_("to be asked for"))
    late_at = models.DateTimeField(_("must be there by"))

    class Meta:
        verbose_name = _("awaited receipt")
        verbose_name_plural = _("awaited receipts")
        indexes = [
            models.Index(name="receipt_to_ask_for", fields=["partner", "ask_at"]),
            models.Index(name="receipt_by_ticket", fields=["partner", "ticket"]),
        ]

    def __str__(self):
        return f"{self.ticket} {self.listing_id} v{self.version}"
