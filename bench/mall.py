"""The mall that benches measure: the one in the environment, or one of their own under var/bench.

Beside it on the same servers: other databases, such as the one of a larger mall, each with a Redis database
of its own.
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from redis import Redis as Store

from kmall.embedded import ports
from kmall.embedded.postgres import Postgres
from kmall.embedded.processes import CannotStart, Supervisor
from kmall.embedded.redis import Redis

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"


def provide() -> None:
    """Set what is unset of DATABASE_URL and REDIS_URL: servers for the time of the bench, data kept."""
    supervisor = Supervisor(print)
    atexit.register(supervisor.stop)
    try:
        if "DATABASE_URL" not in os.environ:
            log = FOLDER / "postgres.log"
            postgres = Postgres(FOLDER / "postgres", ports.choose(0), log=log)
            postgres.prepare()
            supervisor.start(postgres)
            supervisor.wait_until(postgres, postgres.is_ready)
            postgres.make_database("kmall")
            os.environ["DATABASE_URL"] = postgres.url("kmall")
            os.environ["BENCH_OWN_MALL"] = "1"
        if "REDIS_URL" not in os.environ:
            redis = Redis(FOLDER / "redis", ports.choose(0), log=FOLDER / "redis.log")
            redis.prepare()
            supervisor.start(redis)
            supervisor.wait_until(redis, redis.is_ready)
            os.environ["REDIS_URL"] = redis.url()
    except CannotStart as reason:
        sys.exit(str(reason))


def fill() -> None:
    """The demo mall into a database of our own; somebody else's must have one."""
    from django.core.management import call_command  # Django is set up only now

    from catalog.models import SearchRow  # as above
    from catalog.rates import fetch_rate  # as above

    if os.environ.get("BENCH_OWN_MALL"):
        call_command("migrate", verbosity=0)
        call_command("demo", if_empty=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        fetch_rate()  # beat, which does so every day, does not run here
    elif not SearchRow.objects.exists():
        sys.exit("There is no mall in this database. Load one: python manage.py demo")


def beside(name: str, redis: int) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL of another database on the same servers, as an environment.

    The database is called after ours, and made if it is not there.
    """
    url = urlsplit(os.environ["DATABASE_URL"])
    path = f"{url.path}_{name}"
    if not ask("SELECT 1 FROM pg_database WHERE datname = %s", path.strip("/")):
        ask(f'CREATE DATABASE "{path.strip("/")}"')
    return {"DATABASE_URL": url._replace(path=path).geturl(), "REDIS_URL": redis_beside(redis)}


def scaled(scale: str, redis: int) -> dict[str, str]:
    """A demo mall without pictures of another size in a database of its own, kept, as an environment."""
    env = beside(f"scale_{scale.replace('.', '_')}", redis)
    given = {**os.environ, **env}
    steps = [["migrate", "--verbosity", "0"], ["demo", "--scale", scale, "--no-pictures", "--if-empty"]]
    steps += [["shell", "-v", "0", "-c", "from catalog.rates import fetch_rate; fetch_rate()"]]
    for step in steps:
        if subprocess.call([sys.executable, "-W", "ignore", "manage.py", *step], cwd=ROOT, env=given):
            sys.exit(f"The mall of scale {scale} could not be made, see above.")
    if not ask("SELECT 1 FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL", url=env["DATABASE_URL"]):
        ask("VACUUM ANALYZE", url=env["DATABASE_URL"])
    return env


@contextmanager
def copied(name: str, redis: int, *, of: dict[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """A copy of a database to spoil, as an environment; dropped afterwards. Nobody may be connected to it."""
    url, cache = urlsplit(of["DATABASE_URL"]), redis_beside(redis)
    source = url.path.strip("/")
    ask(f'DROP DATABASE IF EXISTS "{source}_{name}"')
    try:
        ask(f'CREATE DATABASE "{source}_{name}" TEMPLATE "{source}"', url=url.geturl())
    except psycopg2.errors.ObjectInUse:
        sys.exit(f"{source} cannot be copied while others are connected to it: stop them first.")
    try:
        yield {"DATABASE_URL": url._replace(path=f"/{source}_{name}").geturl(), "REDIS_URL": cache}
    finally:
        ask(f'DROP DATABASE "{source}_{name}" WITH (FORCE)')
        Store.from_url(cache).flushdb()


def redis_beside(number: int) -> str:
    """Address of another database of our Redis."""
    url = urlsplit(os.environ["REDIS_URL"])
    return url._replace(path=f"/{int(url.path.strip('/') or 0) + number}").geturl()


def ask(statement: str, *values, url: str = "") -> list[tuple]:
    """One statement outside any transaction, by default in our own database."""
    with closing(psycopg2.connect(url or os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
