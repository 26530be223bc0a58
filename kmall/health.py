"""What the machinery around us asks: is the process there, can it serve, what did it count."""

from functools import cache
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from kmall import beat
from kmall.caching import redis_client
from kmall.signing import same

QUEUES = ("celery", "partners", "pictures")


@require_safe
@never_cache
def healthz(request):
    """The process answers. Nothing else is asked: restarting us would mend nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """Whether visitors may come: database, migrations, Redis, beat; 503 names what is missing."""
    found = {"database": _fault_of_database(), "redis": None, "beat": None}
    try:
        found["beat"] = None if beat.is_alive() else "gave no sign of life for a minute"
    except redis.RedisError:
        found["redis"] = "out of reach"
    ready = not any(found.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({part: fault or "ok" for part, fault in found.items()}, status=status)


def _fault_of_database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return None if _is_migrated() else "migrations are missing"
    except DatabaseError:
        _is_migrated.cache_clear()
        return "out of reach"
    except _NotMigrated:
        return "migrations are missing"


class _NotMigrated(Exception):
    pass


@cache
def _is_migrated() -> bool:
    """Kept once true: a migrated database stays so for the life of this release. An exception is not kept."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigrated
    return True


@require_safe
@never_cache
def metrics(request):
    """Prometheus' text for `Authorization: Bearer <METRICS_TOKEN>`; for all others there is no such page."""
    token = settings.METRICS_TOKEN
    if not token or not same(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    response = ExportToDjangoView(request)
    lines = [f'kmall_queue_length{{queue="{name}"}} {redis_client().llen(name)}' for name in QUEUES]
    lines += [f"kmall_beat_alive {int(beat.is_alive())}", ""]
    response.content += "\n".join(lines).encode()
    return response
