"""`/partners/feed/<code>/…`: what a mall that pulls reads. Asked by machines alone, and often."""

import logging
import time

import redis
from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kmall import caching
from kmall.page_cache import best_encoding, has_it
from kmall.page_store import unpack
from kmall.public import for_machines
from partners.connectors import connect
from partners.connectors.connector import BadCredentials, NotGenuine
from partners.models import FeedPart, PartnerMall
from partners.pull_feed import pages_read, read, readings

logger = logging.getLogger(__name__)

STATUS = {"INVALID_PARAMETER": 400, "NOT_FOUND": 404, "TOO_FAR_BEHIND": 410}  # all others 401
CODES = {FeedPart.DoesNotExist: "NOT_FOUND", read.TooFarBehind: "TOO_FAR_BEHIND"}
NONCE_SECONDS = 1200  # twice what a timestamp may be off


@for_machines
@require_safe
def manifest(request, code):
    """Which pages the full feed has, and under which digests."""
    return _serve(request, code, "read_manifest", read.manifest)


@for_machines
@require_safe
def part(request, code, digest):
    """A page of the full feed: what is under a digest never changes."""
    return _serve(request, code, "read_part", lambda partner_id: read.part(partner_id, digest), is_fixed=True)


@for_machines
@require_safe
def changes(request, code):
    """What changed after a number; by asking so the mall says that it keeps all up to there."""
    since = request.GET.get("since", "")

    def make(partner_id):
        if not (since.isascii() and since.isdigit() and len(since) < 19):
            raise NotGenuine("INVALID_PARAMETER")
        ready = read.changes(partner_id, int(since))
        read.mall_keeps(partner_id, int(since))
        return ready

    return _serve(request, code, "read_changes", make)


@for_machines
@require_safe
def nothing(request, code, rest):
    """Any other address under a feed: what reads it understands codes, no page of ours."""
    return _refusal("NOT_FOUND")


def _serve(request, code, kind, make, *, is_fixed=False):
    """What `make` gives for the mall that asks, signed; or 304 where it holds that already. It is kept."""
    since, signed_by = time.monotonic(), request.headers.get("Authorization", "")
    address = request.path_info + (f"?{query}" if (query := request.META["QUERY_STRING"]) else "")
    partner, connector = caching.remembered(("feed", code), ("partners",), lambda: _mall(code))
    if connector is None:
        return _refusal("NOT_FOUND")
    ready, refused = None, ""
    try:
        nonce = connector.admit(address, signed_by)
        if not is_fixed and not _is_new(code, nonce):
            raise NotGenuine("REPLAYED_NONCE")
        ready = make(partner.pk)
        answer = _answer(request, ready, connector.seal(address, ready.digest), is_fixed)
    except (NotGenuine, FeedPart.DoesNotExist, read.TooFarBehind) as why:
        refused = CODES.get(type(why)) or why.code
        answer = _refusal(refused, **getattr(why, "more", {}))
    held = f"If-None-Match: {request.headers.get('If-None-Match', '')}\nAuthorization: {signed_by}"
    got = (ready, refused, answer.status_code, len(answer.content))
    keeper = pages_read if is_fixed and answer.status_code == 200 else readings
    keeper.keep(readings.Reading(partner, kind, address, held, since, *got))
    return answer


def _refusal(code, **more):
    return JsonResponse({"code": code, "message": ""} | more, status=STATUS.get(code, 401))


def _mall(code):
    """A mall that pulls, and its connector, or two None."""
    partner = PartnerMall.objects.exclude(state=PartnerMall.State.SETUP).filter(code=code).first()
    try:
        connector = partner and connect(partner)
    except BadCredentials:
        connector = None
    return (partner, connector) if hasattr(connector, "admit") else (None, None)


def _is_new(code, nonce):
    try:
        return cache.add(f"feed:{code}:{nonce}", 1, NONCE_SECONDS)
    except redis.RedisError as error:  # a repeat reads what it has read before: no reason to serve nobody
        logger.warning("nonces of %s are not remembered: %s", code, error)
        return True


def _answer(request, ready, sealed, is_fixed):
    etag = f'"{ready.digest}"'
    headers = sealed | {"ETag": etag, "Vary": "Accept-Encoding"}
    headers["Cache-Control"] = "private, max-age=86400, immutable" if is_fixed else "private, no-cache"
    if has_it(request.headers.get("If-None-Match"), etag):
        return HttpResponse(status=304, headers=headers)
    if best_encoding(request.headers.get("Accept-Encoding", ""), ("gzip",)):
        return HttpResponse(ready.zipped, ready.kind, headers=headers | {"Content-Encoding": "gzip"})
    return HttpResponse(unpack(ready.zipped), ready.kind, headers=headers)
