"""A partner's frame around pages of ours: its head, its colours, its logo, and links that stay inside."""

from functools import partial
from hashlib import blake2b

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kmall.caching import remembered
from partners.colours import frame_css
from partners.logo import file_of
from partners.models import PartnerMall

NAMES = ("catalog", "partners")  # the versions that framed pages hang on
# The partner's part of the address space mirrors the mall's: lists, goods, search, home.
INSIDE = ("c/", "p/", "search/", '"')


def around(partner: PartnerMall) -> dict:
    """What the template of a framed page needs besides the page itself, remembered: do not change it."""
    return remembered(("frame", partner.pk, get_language()), NAMES, partial(_around, partner))


def _around(partner: PartnerMall) -> dict:
    home = reverse("partners:section", args=[partner.code])
    context = {
        "partner": partner,
        "home": home,
        "frame_url": frame_url(partner),
        "logo_url": logo_url(partner),
    }
    return context | {"partner_head": render_to_string("partners/parts/head.html", context)}


def framed(html: str, partner: PartnerMall) -> SafeString:
    """Finished HTML of the mall with its links to goods and lists turned to the partner's."""
    mall, home = f'="/{get_language()}/', f'="{reverse("partners:section", args=[partner.code])}'
    for rest in INSIDE:
        html = html.replace(mall + rest, home + rest)
    return mark_safe(html)


def frame_url(partner: PartnerMall) -> str:
    """Address of the partner's colours: named by what they are, so it may be kept for ever."""
    colour = partner.colour.lstrip("#").lower()
    digest = blake2b(frame_css(colour).encode(), digest_size=4).hexdigest()
    return reverse("links:frame", args=[colour, digest])


def logo_url(partner: PartnerMall) -> str:
    """Address of the partner's logo, empty where there is none (or its file is lost)."""
    if not partner.logo or not default_storage.exists(file_of(partner.logo)):
        return ""
    return reverse("links:logo", args=[partner.logo])
