"""A partner's frame around pages of ours: its head, its colours, its logo, and links that stay inside."""

import re
from hashlib import blake2b

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from partners.colours import frame_css
from partners.logo import file_of
from partners.models import PartnerMall

# The partner's part of the address space mirrors the mall's: lists, goods, search, home.
INSIDE = r'((?:href|action|hx-get)=")/{language}/(?=(?:c|p)/|search/|")'


def around(partner: PartnerMall) -> dict:
    """What the template of a framed page needs besides the page itself."""
    return {
        "partner": partner,
        "home": reverse("partners:section", args=[partner.code]),
        "frame_url": frame_url(partner),
        "logo_url": logo_url(partner),
    }


def framed(html: str, partner: PartnerMall) -> SafeString:
    """Finished HTML of the mall with its links to goods and lists turned to the partner's."""
    inside = re.compile(INSIDE.format(language=get_language()))
    home = reverse("partners:section", args=[partner.code])
    return mark_safe(inside.sub(lambda found: found[1] + home, html))


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
