"""`/partners/standing/<token>/`: how a partner's section stands, for its own people, without a login."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kmall.signing import SignatureMismatch
from partners.frame import frame_url, logo_url
from partners.models import SharedAddress
from partners.scorecard import scorecard
from partners.shared import partner_of

LANGUAGES = {"zh-hans": "中文", "ko": "한국어", "en": "English"}


@never_cache
@require_safe
def page(request, token):
    """In Chinese, or in the language that `l` names; an address that is not good any more says so."""
    language = request.GET.get("l")
    language = language if language in LANGUAGES else "zh-hans"
    with override(language):
        context = {"languages": LANGUAGES.items(), "chosen": language}
        try:
            partner = partner_of(token, SharedAddress.Purpose.STANDING)
        except SignatureMismatch:
            return _closed(render(request, "partners/standing_gone.html", context, status=404))
        context |= {"partner": partner, "card": scorecard(partner), "as_of": timezone.now()}
        context |= {"frame_url": frame_url(partner), "logo_url": logo_url(partner)}
        return _closed(render(request, "partners/standing.html", context))


def _closed(response):
    """The address is a key: no other site and no search engine is to learn it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
