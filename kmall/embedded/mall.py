"""`make run`: the whole mall on one machine, from servers to the last line, `Kmall24 is ready`."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
import redis

from kmall.embedded import addresses, ports, prepared
from kmall.embedded.postgres import Postgres
from kmall.embedded.processes import CannotStart, Process, Supervisor
from kmall.embedded.programs import programs
from kmall.embedded.redis import Redis
from kmall.embedded.welcome import welcome

BASE = Path(__file__).resolve().parent.parent.parent
VAR = BASE / "var"
# Pages do not wait for them, nor those who call malls for any that does not listen yet.
LATE = re.compile(r"worker|pictures|ningbo-sandbox|shanghai-sandbox|partners-\d+")
LEAST_FREE_BYTES = 500 * 2**20


class Stopped(BaseException):
    """A signal asked us to end; raised wherever the main thread is."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    supervisor = Supervisor(say)
    try:
        run(supervisor)
    except Stopped:
        say("Stopping …")
        return 0
    except CannotStart as reason:
        print(f"Kmall24 cannot start: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"Kmall24 cannot start: {error.strerror}: {error.filename or VAR}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if supervisor.processes:
            supervisor.stop()
            addresses.forget(VAR)
    return 0


def run(supervisor: Supervisor) -> None:
    port, host = port_asked_for(), os.environ.get("HOST", ports.HOST)
    with only_one_here():
        require_room()
        if not ports.is_free(port, host):
            raise CannotStart(
                f"port {port} is taken: stop what listens there, or take another: PORT=8010 make run"
            )
        settings = start_servers(supervisor, port)
        settings |= where_the_parts_are(port)
        addresses.write(VAR, settings)
        env = {**os.environ, **settings}
        prepare(env)
        parts = programs(host, port, env, VAR)
        late = [process for process in parts if LATE.fullmatch(process.name)]
        for process in parts:
            if process not in late:
                supervisor.start(process)
        supervisor.wait_until(parts[0], lambda: is_ready(port, host), seconds=90)
        for process in late:  # what is due waits in rows
            supervisor.start(process)
        say(welcome(env))
        supervisor.watch()


def prepare(env: dict[str, str]) -> None:
    """Bring texts, static files and database up to the code, unless a start before did so already."""
    ours = not os.environ.get("DATABASE_URL")
    if ours and prepared.is_prepared(BASE, VAR / "postgres"):
        return
    step([sys.executable, "manage.py", "prepare"], env)
    if ours:
        prepared.note(BASE, VAR / "postgres")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _stop(number, frame):
    raise Stopped


def port_asked_for() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65526:
        raise CannotStart(f"PORT is a number from 1 to 65525, not {text!r}.")
    return int(text)


@contextlib.contextmanager
def only_one_here():
    """One mall for each clone: its data belongs to one PostgreSQL."""
    (VAR / "run").mkdir(parents=True, exist_ok=True)
    with (VAR / "run" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart("this clone's mall runs already: stop that one first (Ctrl-C).") from None
        yield


def require_room() -> None:
    free = shutil.disk_usage(VAR).free
    if free < LEAST_FREE_BYTES:
        raise CannotStart(f"the disk is full: {free // 2**20} MB are left for {VAR}, 500 MB are needed.")


def start_servers(supervisor: Supervisor, port: int) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL: those of the environment if they answer, else those of servers of ours."""
    database, cache = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if database:
        require_database(database)
    if cache:
        require_redis(cache)
    if not database:
        say("Starting PostgreSQL …")
        postgres = Postgres(VAR / "postgres", ports.choose(port + 3), log=VAR / "log" / "postgres.log")
        postgres.prepare()
        supervisor.start(postgres)
        supervisor.wait_until(postgres, postgres.is_ready)
        postgres.make_database("kmall")
        database = postgres.url("kmall")
    if not cache:
        say("Starting Redis …")
        valkey = Redis(VAR / "redis", ports.choose(port + 4), log=VAR / "log" / "redis.log")
        valkey.prepare()
        supervisor.start(valkey)
        supervisor.wait_until(valkey, valkey.is_ready)
        cache = valkey.url()
    return {"DATABASE_URL": database, "REDIS_URL": cache}


def require_database(url: str) -> None:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"DATABASE_URL names a server that does not let us in: {reason}") from None


def require_redis(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5).ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(f"REDIS_URL names a server that does not let us in: {error}") from None


def where_the_parts_are(port: int) -> dict[str, str]:
    """Addresses that the mall tells others, and those of the sandboxes if the environment names no others."""
    payments, partners, ningbo, shanghai = (ports.choose(port + after) for after in (1, 2, 5, 6))
    usual = {
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALIPAY_GATEWAY": f"http://127.0.0.1:{payments}/alipay/gateway.do",
        "PARTNER_SANDBOX_URL": f"http://127.0.0.1:{partners}",
        "NINGBO_SANDBOX_URL": f"http://127.0.0.1:{ningbo}",
        "SHANGHAI_SANDBOX_URL": f"http://127.0.0.1:{shanghai}",
    }
    return {name: os.environ.get(name, value) for name, value in usual.items()}


def step(command: list[str], env: dict[str, str]) -> None:
    """One command to its end, its words on the terminal. It ends with us if a signal comes."""
    running = subprocess.Popen(command, cwd=BASE, env=env, start_new_session=True)
    try:
        if running.wait():
            raise CannotStart(f"{' '.join(command[1:])} failed, see above.")
    finally:
        if running.poll() is None:
            running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(10)
            Process.kill_group(running)


def is_ready(port: int, host: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        time.sleep(0.1)
        return False


if __name__ == "__main__":
    sys.exit(main())
