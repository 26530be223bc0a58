"""`/partners/feed/<token>/`: the section for a partner's machines, as JSON, without a login."""

import json
from hashlib import blake2b

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from catalog.no_prices import NO_PRICE
from kmall.keys import key_of
from kmall.page_cache import has_it
from kmall.signing import SignatureMismatch
from partners.feed import page
from partners.models import PartnerMall, SharedAddress
from partners.shared import partner_of


@require_safe
def feed(request, token):
    """A page of items; 304 where the caller has it, 404 for an address that is not good any more."""
    if (after := key_of(request.GET.get("after", "0"))) is None:
        return JsonResponse({"error": "after is the number behind the last item's P"}, status=400)
    try:
        partner = partner_of(token, SharedAddress.Purpose.FEED)
    except SignatureMismatch:
        return JsonResponse({"error": "this address is not valid, ask KITA for the present one"}, status=404)
    if partner.state == PartnerMall.State.SETUP:
        return JsonResponse({"error": "the mall is not open yet"}, status=404)
    try:
        body = json.dumps(page(partner, after), ensure_ascii=False).encode()
    except NO_PRICE:
        return JsonResponse({"error": "no prices today, try again later"}, status=503)
    return _answer(request, body)


def _answer(request, body: bytes):
    etag = f'"{blake2b(body, digest_size=9).hexdigest()}"'
    if has_it(request.headers.get("If-None-Match"), etag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
