"""The mall's notes for shoppers and sellers: topics, each a page at /help/<topic>/."""

from django.utils.translation import gettext_lazy as _

NOTES = {
    "buying": _("Cross-border buying notes"),
    "taxes": _("Duties and limits"),
    "returns": _("Returns and refunds"),
    "privacy": _("Protection of your identity data"),
    "service": _("Contact service"),
    "sellers": _("Sell with us"),
}
