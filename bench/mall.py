"""The mall that benches measure: the one in the environment, or one of their own under var/bench."""

import atexit
import os
import sys
from pathlib import Path

from kmall.embedded import ports
from kmall.embedded.postgres import Postgres
from kmall.embedded.processes import CannotStart, Supervisor
from kmall.embedded.redis import Redis

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"


def provide() -> None:
    """Set what is unset of DATABASE_URL and REDIS_URL: servers for the time of the bench, data kept."""
    supervisor = Supervisor(print)
    atexit.register(supervisor.stop)
    try:
        if "DATABASE_URL" not in os.environ:
            log = FOLDER / "postgres.log"
            postgres = Postgres(FOLDER / "postgres", ports.choose(0), log=log, durable=False)
            postgres.prepare()
            supervisor.start(postgres)
            supervisor.wait_until(postgres, postgres.is_ready)
            postgres.make_database("kmall")
            os.environ["DATABASE_URL"] = postgres.url("kmall")
            os.environ["BENCH_OWN_MALL"] = "1"
        if "REDIS_URL" not in os.environ:
            redis = Redis(FOLDER / "redis", ports.choose(0), log=FOLDER / "redis.log", durable=False)
            redis.prepare()
            supervisor.start(redis)
            supervisor.wait_until(redis, redis.is_ready)
            os.environ["REDIS_URL"] = redis.url()
    except CannotStart as reason:
        sys.exit(str(reason))


def fill() -> None:
    """The demo mall into a database of our own; somebody else's must have one."""
    from django.core.management import call_command  # Django is set up only now

    if os.environ.get("BENCH_OWN_MALL"):
        call_command("migrate", verbosity=0)
        call_command("demo", no_pictures=True, if_empty=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        return
    from catalog.models import SearchRow

    if not SearchRow.objects.exists():
        sys.exit("There is no mall in this database. Load one: python manage.py demo")
