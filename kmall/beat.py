"""Celery's clock, which also says that it is alive: /readyz looks for its sign."""

import logging

import redis
from celery.beat import PersistentScheduler

from kmall.caching import redis_client

logger = logging.getLogger(__name__)

ALIVE_KEY = "kmall:beat"
ALIVE_SECONDS = 60  # beat wakes every 15 s at least, see CELERY_BEAT_MAX_LOOP_INTERVAL


class Scheduler(PersistentScheduler):
    def tick(self, *args, **kwargs):
        try:
            redis_client().set(ALIVE_KEY, 1, ex=ALIVE_SECONDS)
        except redis.RedisError as lost:
            logger.warning("beat cannot show that it is alive: %s", lost)
        return super().tick(*args, **kwargs)


def is_alive() -> bool:
    return bool(redis_client().exists(ALIVE_KEY))
