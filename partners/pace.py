"""Calls a second to a partner, shared by all workers: a token bucket in Redis whose rate is learnt.

`calls_per_second` of the partner is the most. An answer that we call too often halves the rate, and time
gives it back: the whole of it in RECOVERY seconds. So a limit that nobody told us of is found and kept to,
with a refusal now and then. Without Redis calls go out unpaced: the partner's 429 then says what is too much.
"""

import datetime
import logging
import time
from functools import cache

import redis
from django.conf import settings

from kmall.http import CONNECT_SECONDS
from partners.models import PartnerMall

logger = logging.getLogger(__name__)

RECOVERY = 120  # seconds from nothing back to the whole rate
LEAST_SHARE = 0.02  # of the whole rate, however often we were refused
LONGEST_WAIT = 5  # seconds for a turn, unless the caller has more time
OUR_OWN = 10  # seconds for what we do around a call

# The bucket's rate now: what it was, and what time gave back since. KEYS[1] bucket; ARGV[1] most.
# By the clock of Redis: two machines whose own differ would fill the bucket anew at each turn.
_RATE = f"""
local most, time = tonumber(ARGV[1]), redis.call('time')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('hmget', KEYS[1], 'tokens', 'at', 'rate')
local passed = math.max(now - (tonumber(bucket[2]) or now), 0)
local rate = math.min(most, (tonumber(bucket[3]) or most) + most * passed / {RECOVERY})
local tokens = math.min(math.max(rate, 1), (tonumber(bucket[1]) or most) + passed * rate)
"""
_KEEP = """
redis.call('hset', KEYS[1], 'tokens', tokens, 'at', now, 'rate', rate)
redis.call('pexpire', KEYS[1], 600000)
"""
# KEYS bucket, hold. The milliseconds to wait before one call, 0 when it may go.
TAKE = f"""
local held = redis.call('pttl', KEYS[2])
if held > 0 then return held end
{_RATE}
local wait = 0
if tokens < 1 then wait = math.ceil((1 - tokens) / rate * 1000) else tokens = tokens - 1 end
{_KEEP}
return wait
"""
# KEYS bucket, hold; ARGV[2] least rate, ARGV[3] milliseconds. Calls of one moment refused together ease once.
EASE = f"""
local first = redis.call('pttl', KEYS[2]) <= 0
redis.call('set', KEYS[2], 1, 'px', ARGV[3])
if not first then return end
{_RATE}
rate, tokens = math.max(rate / 2, tonumber(ARGV[2])), 0
{_KEEP}
"""


@cache
def redis_server() -> redis.Redis:
    """The one client of what workers share; short time limits, for without it calls go out all the same."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def wait_for_turn(partner: PartnerMall, *, most: float = LONGEST_WAIT) -> bool:
    """Sleep until a call may go out. False if that would take longer than `most` seconds."""
    deadline = time.monotonic() + most
    while True:
        try:
            wait = _run(TAKE, partner) / 1000
        except redis.RedisError as error:
            logger.warning("calls to partner %s go unpaced: %s", partner.pk, error)
            return True
        if not wait:
            return True
        if time.monotonic() + wait > deadline:
            return False
        time.sleep(wait)


def longest_call(partner: PartnerMall) -> datetime.timedelta:
    """What a call may take, from the wait for its turn to its answer: who takes rows for a call takes them
    for so long. The partner's time limit counts twice, once until it answers and once for the whole answer.
    """
    return datetime.timedelta(seconds=LONGEST_WAIT + CONNECT_SECONDS + 2 * partner.call_seconds + OUR_OWN)


def ease(partner: PartnerMall, seconds: float) -> None:
    """Nobody calls the partner for so long, and then half as often: it said that it is too much."""
    try:
        _run(EASE, partner, partner.calls_per_second * LEAST_SHARE, max(int(seconds * 1000), 1))
    except redis.RedisError as error:
        logger.warning("hold of partner %s not kept: %s", partner.pk, error)


def held_seconds(partner: PartnerMall) -> float:
    """For how long the partner asked not to be called; 0 where it did not."""
    try:
        return max(redis_server().pttl(_key(partner, "hold")), 0) / 1000
    except redis.RedisError:
        return 0


def _run(script: str, partner: PartnerMall, *more: float) -> int | None:
    keys = _key(partner, "bucket"), _key(partner, "hold")
    return redis_server().eval(script, len(keys), *keys, partner.calls_per_second, *more)


def _key(partner: PartnerMall, what: str) -> str:
    return f"kmall:pace:{{{partner.pk}}}:{what}"
