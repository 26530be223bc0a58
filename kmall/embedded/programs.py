"""The programs that make up the mall beside its servers: the same commands as in docs/deploy.md."""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from kmall.embedded.ports import HOST
from kmall.embedded.processes import Process

# Its name, the setting with its address, the module that plays it.
SANDBOXES = (
    ("payment-sandbox", "ALIPAY_GATEWAY", "orders.sandbox"),
    ("partner-sandbox", "PARTNER_SANDBOX_URL", "partners.sandbox.igetmall"),
    ("ningbo-sandbox", "NINGBO_SANDBOX_URL", "partners.sandbox.ningbo"),
    ("shanghai-sandbox", "SHANGHAI_SANDBOX_URL", "partners.sandbox.shanghai"),
)


def programs(host: str, port: int, env: dict[str, str], var: Path) -> list[Process]:
    """The web server first: it tells when the mall is ready."""
    metrics = var / "run" / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    env = {**env, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}

    def program(name: str, *command: str, nice: int = 0, patience: float = 8) -> Process:
        words = [*(["nice", "-n", str(nice)] if nice else []), sys.executable, "-m", *command]
        return Process(name, words, log=var / "log" / f"{name}.log", env=env, patience=patience)

    parts = [program("web", *web(host, port))]
    for name, setting, module in SANDBOXES:
        address = urlsplit(env[setting])
        if address.hostname != HOST:
            continue  # a real one, elsewhere
        command = [module, "--port", str(address.port), "--state", str(var / name)]
        if module.startswith("partners."):
            command += ["--shop-url", env["SITE_URL"]]
        parts.append(program(name, *command))
    parts += [
        program("worker", *worker("celery", processes=2, name=f"mall-{port}")),
        *(
            program(f"partners-{number}", *worker("partners", threads=24, name=f"partners-{number}-{port}"))
            for number in range(1, partner_workers() + 1)
        ),
        program("pictures", *worker("pictures", processes=1, name=f"pictures-{port}"), nice=10, patience=2),
        program("beat", "celery", "-A", "kmall", "beat", "-l", "warning", "-s", f"{var}/run/beat"),
    ]
    return parts


def web(host: str, port: int) -> list[str]:
    """Granian, one thread a process: pages are bound by the processor, not by waiting."""
    processes = max(2, min(8, os.cpu_count() or 2))
    command = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    command += ["--workers", str(processes), "--blocking-threads", "1", "--backpressure", "64"]
    return [*command, "--respawn-failed-workers", "--log-level", "warning", "kmall.wsgi:application"]


def partner_workers() -> int:
    """As many as processors, up to four: what partners are sent is worked out, and one interpreter is one."""
    return max(1, min(4, os.cpu_count() or 1))


def worker(queue: str, *, processes: int = 0, threads: int = 0, name: str) -> list[str]:
    """Either processes, for work of our own, or threads in one, which mostly wait for others."""
    pool = ["-P", "threads"] if threads else []
    size = ["--concurrency", str(threads or processes)]
    quiet = ["-l", "warning", "--without-gossip", "--without-mingle", "-O", "fair"]
    return ["celery", "-A", "kmall", "worker", "-Q", queue, *pool, *size, "-n", f"{name}@%h", *quiet]
