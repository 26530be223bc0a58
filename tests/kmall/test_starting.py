"""`make run` starts everything or says in one line why not, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kmall.embedded import addresses, mall, ports, postgres, prepared
from kmall.embedded.postgres import Postgres
from kmall.embedded.processes import CannotStart, Process, Supervisor
from kmall.embedded.redis import Redis

BASE = Path(__file__).resolve().parent.parent.parent


def start(**env):
    """Run `make run`'s command to its end: exit code and what it said."""
    given = {**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **env}
    run = subprocess.run(
        [sys.executable, "-m", "kmall.embedded"],
        cwd=BASE, env={name: value for name, value in given.items() if value},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return run.returncode, run.stderr.strip()


@pytest.fixture
def apart(monkeypatch, tmp_path):
    monkeypatch.setattr(mall, "VAR", tmp_path)
    return tmp_path


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        port = min(port, 65525)
        code, said = start(PORT=str(port))
    assert code == 1
    assert said == (
        f"Kmall24 cannot start: port {port} is taken: stop what listens there, or take another: PORT=8010 make run"
    )


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"PORT": "eighty"}, "PORT is a number from 1 to 65525, not 'eighty'."),
        ({"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/kmall"}, "DATABASE_URL names a server"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL names a server"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL names a server"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL names a server"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(env, reason):
    code, said = start(**{"PORT": str(ports.choose(0) % 60000 + 1024), **env})
    assert code == 1
    assert said.startswith(f"Kmall24 cannot start: {reason}")
    assert len(said.splitlines()) == 1


def test_a_full_disk_is_named(apart, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": 3 * 2**20}))
    with pytest.raises(CannotStart, match="the disk is full: 3 MB are left"):
        mall.require_room()


def test_a_second_mall_in_one_clone_is_refused(apart):
    with mall.only_one_here(), pytest.raises(CannotStart, match="runs already"), mall.only_one_here():
        pass


@pytest.fixture
def supervisor():
    said = []
    supervisor = Supervisor(said.append)
    supervisor.said = said
    yield supervisor
    supervisor.stop()


def test_servers_start_under_an_odd_path_and_again_on_the_same_data(tmp_path, supervisor):
    before = children()
    home = tmp_path / "홈 空 间"
    home.mkdir(mode=0o700)
    for table in ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)"):
        server = Postgres(home / "postgres", ports.choose(0), log=home / "postgres.log", durable=False)
        server.prepare()
        supervisor.start(server)
        supervisor.wait_until(server, server.is_ready)
        server.make_database("kmall")
        with postgres.psycopg2.connect(server.url("kmall")) as connection, connection.cursor() as cursor:
            cursor.execute(table)
        connection.close()
        supervisor.stop()
    assert children() == before


def test_nobody_without_the_secret_gets_into_our_redis(tmp_path, supervisor):
    server = Redis(tmp_path / "공 유", ports.choose(0), log=tmp_path / "log", durable=False)
    server.prepare()
    supervisor.start(server)
    supervisor.wait_until(server, server.is_ready)
    with pytest.raises(CannotStart, match="does not let us in"):
        mall.require_redis(f"redis://127.0.0.1:{server.port}/0")
    mall.require_redis(server.url())


def test_a_server_left_by_a_killed_supervisor_is_stopped_first(tmp_path, supervisor):
    first = Postgres(tmp_path / "postgres", ports.choose(0), log=tmp_path / "log", durable=False)
    first.prepare()
    supervisor.start(first)
    supervisor.wait_until(first, first.is_ready)
    second = Postgres(tmp_path / "postgres", ports.choose(0), log=tmp_path / "log", durable=False)
    second.prepare()
    assert first.popen.wait(10) == 0


def test_what_dies_is_started_again(tmp_path, supervisor, monkeypatch):
    process = Process("clock", [sys.executable, "-c", "import time; time.sleep(60)"], log=tmp_path / "log")
    supervisor.start(process)
    first = process.popen.pid
    os.kill(first, signal.SIGKILL)
    process.popen.wait()

    def until_again(seconds):
        if process.is_alive and process.popen.pid != first:
            raise mall.Stopped

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", until_again)
        with pytest.raises(mall.Stopped):
            supervisor.watch()
    assert len(supervisor.said) == 1
    assert supervisor.said[0].startswith("clock ended (-9), starts again in 0.5 s")


def test_nothing_outlives_a_killed_supervisor(tmp_path):
    script = (
        "import sys, pathlib, time; from kmall.embedded.processes import Process\n"
        f"p = Process('sleeper', ['sleep', '97'], log=pathlib.Path({str(tmp_path / 'log')!r})); p.start()\n"
        "print(p.popen.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=BASE, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert psutil.wait_procs([child], timeout=10)[1] == []


def test_a_process_that_will_not_stop_is_killed_with_its_children(tmp_path):
    stubborn = "trap '' TERM; sleep 98 & sleep 99; wait"
    process = Process("stubborn", ["/bin/sh", "-c", stubborn], log=tmp_path / "log", patience=0.5)
    process.start()
    while len(family := psutil.Process(process.popen.pid).children()) < 2:
        time.sleep(0.01)
    process.stop()
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_program_that_dies_at_once_is_named_with_its_last_words(tmp_path, supervisor):
    process = Process("web", ["/bin/sh", "-c", "echo no such thing; exit 3"], log=tmp_path / "log")
    supervisor.start(process)
    with pytest.raises(CannotStart, match="web stopped at once: no such thing"):
        supervisor.wait_until(process, lambda: False)


def test_other_commands_find_the_running_mall(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    addresses.write(
        tmp_path, {"DATABASE_URL": "postgresql://a", "REDIS_URL": "redis://b", "SITE_URL": "http://c"}
    )
    environ = {}
    monkeypatch.setattr(os, "environ", environ)  # what is adopted must not reach later tests
    addresses.adopt(tmp_path)
    assert environ["SITE_URL"] == "http://c"
    assert (tmp_path / "run/addresses.json").stat().st_mode & 0o77 == 0


def test_servers_of_the_environment_keep_the_running_mall_out(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    addresses.write(tmp_path, {"SITE_URL": "http://c"})
    environ = {"DATABASE_URL": "postgresql://mine"}
    monkeypatch.setattr(os, "environ", environ)
    addresses.adopt(tmp_path)
    assert "SITE_URL" not in environ


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
def test_a_missing_venv_module_is_named(tmp_path, missing):
    (tmp_path / "kmall" / "embedded").mkdir(parents=True)
    shutil.copy(BASE / "kmall/embedded/bootstrap.py", tmp_path / "kmall/embedded")
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / f"{missing}.py").write_text("raise ImportError")
    run = subprocess.run(
        [sys.executable, tmp_path / "kmall/embedded/bootstrap.py", "requirements.txt"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "hidden")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert run.returncode == 1
    assert run.stderr.strip() == (
        f"Kmall24 cannot start: Python's venv module is missing: sudo apt-get install python{version}-venv"
    )
    assert not (tmp_path / ".venv").exists()


def test_a_start_prepares_again_only_after_a_change(tmp_path, monkeypatch):
    (tmp_path / "kmall").mkdir()
    (tmp_path / "kmall/settings.py").write_text('PORT = env.int("PORT", 8000)')
    (tmp_path / "var/static").mkdir(parents=True)
    (tmp_path / "var/static/staticfiles.json").touch()
    assert not prepared.is_prepared(tmp_path, tmp_path)
    prepared.note(tmp_path, tmp_path)
    assert prepared.is_prepared(tmp_path, tmp_path)
    monkeypatch.setenv("PORT", "abc")
    assert not prepared.is_prepared(tmp_path, tmp_path)
    monkeypatch.undo()
    (tmp_path / "kmall/new.py").touch()
    assert not prepared.is_prepared(tmp_path, tmp_path)
