"""Calls a second to a partner, shared by all workers: a token bucket in Redis.

Without Redis calls go out unpaced: the partner's 429 then says what is too much.
"""

import logging
import time

import redis
from django.conf import settings

from partners.models import PartnerMall

logger = logging.getLogger(__name__)

# KEYS bucket, hold; ARGV rate, burst, now. The seconds to wait before one call, 0 when it may go.
TAKE = """
local held = redis.call('pttl', KEYS[2])
if held > 0 then return held end
local bucket = redis.call('hmget', KEYS[1], 'tokens', 'at')
local rate, burst, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = math.min(burst, (tonumber(bucket[1]) or burst) + (now - (tonumber(bucket[2]) or now)) * rate)
local wait = 0
if tokens < 1 then wait = math.ceil((1 - tokens) / rate * 1000) else tokens = tokens - 1 end
redis.call('hset', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('pexpire', KEYS[1], 60000)
return wait
"""


def wait_for_turn(partner: PartnerMall, *, most: float = 5) -> bool:
    """Sleep until a call may go out. False if that would take longer than `most` seconds."""
    deadline = time.monotonic() + most
    while True:
        try:
            wait = _redis().eval(
                TAKE, 2, _key(partner, "bucket"), _key(partner, "hold"),
                partner.calls_per_second, partner.calls_per_second, time.time(),
            ) / 1000  # fmt: skip
        except redis.RedisError as error:
            logger.warning("calls to partner %s go unpaced: %s", partner.pk, error)
            return True
        if not wait:
            return True
        if time.monotonic() + wait > deadline:
            return False
        time.sleep(wait)


def hold(partner: PartnerMall, seconds: float) -> None:
    """Nobody calls the partner for so long: it said that it is too much."""
    try:
        _redis().set(_key(partner, "hold"), 1, px=max(int(seconds * 1000), 1))
    except redis.RedisError as error:
        logger.warning("hold of partner %s not kept: %s", partner.pk, error)


def _key(partner: PartnerMall, what: str) -> str:
    return f"kmall:pace:{{{partner.pk}}}:{what}"


_client = None


def _redis() -> redis.Redis:
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return _client
