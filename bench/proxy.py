"""nginx in front of the mall, by the very docs/nginx.conf, beside nginx that serves files.

What is changed of it are addresses and folders; HTTPS is left out, as it is for the files.
"""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.load import LOGS, ROOT, WORKERS
from kmall.embedded import ports
from kmall.embedded.processes import Process, Supervisor

CONFIGURATION = ROOT / "docs" / "nginx.conf"
FOLDER = LOGS / "nginx"
AROUND = """\
{user}
worker_processes {workers};
daemon off;
pid "{folder}/nginx.pid";
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;  # with the next, as Debian ships it
    tcp_nopush on;
    client_body_temp_path "{folder}/temp/body";
    proxy_temp_path "{folder}/temp/proxy";
    fastcgi_temp_path "{folder}/temp/fastcgi";
    uwsgi_temp_path "{folder}/temp/uwsgi";
    scgi_temp_path "{folder}/temp/scgi";
    include "{folder}/mall.conf";
    server {{
        listen {files};
        root "{folder}/files";
    }}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where nginx answers: for the mall, and with files."""

    mall: str
    files: str

    def keep(self, name: str, body: bytes) -> str:
        """Lay down a file; its address."""
        (FOLDER / "files" / name).write_bytes(body)
        return f"{self.files}/{name}"


def program() -> str:
    """nginx, which ordinary users do not have on their path; without it the bench ends."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found or sys.exit("nginx is missing. Install it: apt-get install nginx-light")


def start(supervisor: Supervisor, mall: str) -> Proxy:
    """nginx with an empty cache in front of the mall at an address."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name in ("files", "temp", "cache"):
        (FOLDER / name).mkdir(parents=True)
    port, redirect, files = (ports.choose(0) for _ in range(3))
    (FOLDER / "mall.conf").write_text(adapted(urlsplit(mall).netloc, port, redirect))
    around = AROUND.format(
        user="user root;" if os.geteuid() == 0 else "",
        workers=WORKERS,
        folder=FOLDER,
        files=f"{ports.HOST}:{files}",
    )
    (FOLDER / "nginx.conf").write_text(around)
    command = [program(), "-p", FOLDER, "-c", FOLDER / "nginx.conf"]
    nginx = Process("nginx", command, log=LOGS / "nginx.log")
    supervisor.start(nginx)
    supervisor.wait_until(nginx, lambda: ports.answers(port))
    return Proxy(f"http://{ports.HOST}:{port}", f"http://{ports.HOST}:{files}")


def adapted(mall: str, port: int, redirect: int) -> str:
    """docs/nginx.conf for this machine. Raises `LookupError` if something to be changed is not in it."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for pattern, replacement in (
        (r"/var/cache/nginx/kmall24", f'"{FOLDER}/cache"'),
        (r"server web:8000;", f"server {mall};"),
        (r"listen 80;", f"listen {ports.HOST}:{redirect};"),
        (r"listen 443 ssl;", f"listen {ports.HOST}:{port};"),
        (r"\n *(http2|ssl_\w+) [^;]*;", ""),
        (r"/srv/kmall24/var", f'"{ROOT / "var"}"'),
    ):
        text, found = re.subn(pattern, lambda _, new=replacement: new, text)
        if not found:
            raise LookupError(f"{pattern} is not in {CONFIGURATION}")
    return text
