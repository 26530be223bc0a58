"""PostgreSQL and Redis for one run of the tests, unless DATABASE_URL and REDIS_URL name others."""

import atexit
import os
import shutil
import sys
from pathlib import Path

from kmall.embedded import ports
from kmall.embedded.postgres import Postgres
from kmall.embedded.processes import CannotStart, Supervisor
from kmall.embedded.redis import Redis

FOLDER = Path(__file__).resolve().parent.parent / "var" / "test"


def provide() -> None:
    """Set what is unset of DATABASE_URL and REDIS_URL; parallel workers inherit both and share nothing."""
    if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
        try:
            _start()
        except CannotStart as reason:
            sys.exit(str(reason))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        server, _, database = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{int(database or 0) + int(worker.removeprefix('gw')) + 1}"


def _start() -> None:
    _remove_what_killed_runs_left()
    folder = FOLDER / str(os.getpid())
    supervisor = Supervisor(print)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(supervisor.stop)
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(folder / "postgres", ports.choose(0), log=folder / "postgres.log", durable=False)
        postgres.prepare()
        supervisor.start(postgres)
        supervisor.wait_until(postgres, postgres.is_ready)
        postgres.make_database("kmall")
        os.environ["DATABASE_URL"] = postgres.url("kmall")
    if "REDIS_URL" not in os.environ:
        redis = Redis(folder / "redis", ports.choose(0), log=folder / "redis.log", durable=False)
        redis.prepare()
        supervisor.start(redis)
        supervisor.wait_until(redis, redis.is_ready)
        os.environ["REDIS_URL"] = redis.url()


def _remove_what_killed_runs_left() -> None:
    for folder in FOLDER.glob("[0-9]*"):
        try:
            os.kill(int(folder.name), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            pass
