"""Notices of partner malls: `/partners/api/<code>/`. Believed by their signature, kept, done later."""

import logging
import uuid

import redis
from django.core.cache import cache
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partners import keys
from partners.connectors.connector import BadCredentials, NotGenuine
from partners.connectors.reading import UNREADABLE
from partners.inbound import take_notice
from partners.models import PartnerMall

logger = logging.getLogger(__name__)

MOST_BYTES = 1 << 20
STATUS = {"OK": 200, "INVALID_PARAMETER": 400, "UNKNOWN_METHOD": 404, "TOO_LARGE": 413}  # all others 401
NONCE_SECONDS = 1200  # twice what a timestamp may be off


@csrf_exempt
@require_POST
def notice(request, code):
    """Keep the order that a notice tells of; the answer says only that it was kept."""
    partner = get_object_or_404(PartnerMall.objects.exclude(state=PartnerMall.State.SETUP), code=code)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _envelope("TOO_LARGE")
    try:
        told = keys.notice(partner, request.GET.dict(), request.body)
    except NotGenuine as why:
        return _envelope(why.code, **why.more)
    except BadCredentials:  # of ours, who could not set the connector up
        return _envelope("INVALID_SIGNATURE")
    except UNREADABLE:
        return _envelope("INVALID_PARAMETER")
    if not _is_new(code, request.GET.get("nonce")):
        return _envelope("REPLAYED_NONCE")
    # what cannot be read is kept too, and the mall hears that it has something to mend
    return _envelope("OK" if take_notice(partner, told) else "INVALID_PARAMETER")


def _is_new(code, nonce):
    try:
        return cache.add(f"notice:{code}:{nonce}", 1, NONCE_SECONDS)
    except redis.RedisError as error:  # an order that is told again is the same order
        logger.warning("nonces of notices of %s are not remembered: %s", code, error)
        return True


def _envelope(code, **data):
    body = {"code": code, "message": "", "request_id": uuid.uuid4().hex, "data": data}
    return JsonResponse(body, status=STATUS.get(code, 401))
