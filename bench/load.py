"""What all benches share: arguments, servers, load, the table and the targets.

A bench compares what it measures in one run on one machine: rounds of each thing take turns, and a ratio of
requests a second is the median of those of each turn, since a machine's speed shifts between them. It prints
a table, then a line for each target, and fails if one is missed.
"""

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.mall import FOLDER, ROOT
from kmall.embedded import ports
from kmall.embedded.processes import CannotStart, Process, Supervisor

LOGS = FOLDER
WORKERS = 2
LEAST_REQUESTS, LONGEST_ROUND = 30, 15  # seconds
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass
class Report:
    """Rows of a table and targets; `finish` prints both and gives the exit code."""

    title: str
    rows: list[dict] = field(default_factory=list)
    targets: list[tuple[str, float, str, float]] = field(default_factory=list)

    def add(self, what: str, **columns: float | str) -> None:
        self.rows.append({"what": what, **columns})
        _say(f"  {what}: " + ", ".join(f"{name} {_text(value)}" for name, value in columns.items()))

    def target(self, name: str, value: float, sign: str, bound: float) -> None:
        """`sign` is >= or <=."""
        self.targets.append((name, value, sign, bound))

    def finish(self, path: str | None) -> int:
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        table = [columns, *([_text(row.get(name, "")) for name in columns] for row in self.rows)]
        widths = [max(len(line[at]) for line in table) for at in range(len(columns))]
        _say(f"\n{self.title}")
        for line in table:
            _say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        met = [value >= bound if sign == ">=" else value <= bound for _, value, sign, bound in self.targets]
        for (name, value, sign, bound), ok in zip(self.targets, met, strict=True):
            _say(f"target: {name} {_text(value)} {sign} {_text(bound)} {'met' if ok else 'missed'}")
        if path:
            kept = {"title": self.title, "rows": self.rows, "targets": self.targets}
            Path(path).write_text(json.dumps(kept, ensure_ascii=False, indent=1))
        return 0 if all(met) else 1


@dataclass(frozen=True)
class Load:
    """A round of wrk, or the medians of several. Milliseconds; `turns`: requests a second of each round."""

    rps: float
    p50: float
    p99: float
    failed: int
    turns: tuple[float, ...] = ()

    def over(self, other: "Load") -> float:
        """How many times as many requests a second as another of the same turns."""
        each = [ours / max(theirs, 0.1) for ours, theirs in zip(self.turns, other.turns, strict=True)]
        return statistics.median(each)


def arguments(description: str, **more) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", metavar="FILE", help="keep the figures")
    parser.add_argument(
        "--quick", action="store_true", help="short rounds: shows that it runs, proves little"
    )
    for name, options in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **options)
    return parser.parse_args()


@contextmanager
def servers() -> Iterator[Supervisor]:
    """Stops all that was started in it, however it ends; a server that cannot start ends the bench."""
    supervisor = Supervisor(_say)
    try:
        yield supervisor
    except CannotStart as reason:
        sys.exit(str(reason))
    finally:
        supervisor.stop()


def web(
    supervisor: Supervisor,
    name: str,
    app: str,
    kind: str = "granian",
    *,
    folder: Path = ROOT,
    python: Path = Path(sys.executable),
    **env: str,
) -> str:
    """Start a WSGI application under granian or gunicorn with two workers; its address, once it answers.

    `folder`: where the application's module lies. `python`: of the environment with its packages.
    """
    port = ports.choose(0)
    if kind == "granian":
        command = ["--interface", "wsgi", "--workers", WORKERS, "--blocking-threads", 1]
        command += ["--host", "127.0.0.1", "--port", port, "--no-ws", "--working-dir", folder, app]
    else:
        command = ["--workers", WORKERS, "--bind", f"127.0.0.1:{port}", "--chdir", folder, app]
    process = Process(
        name, [python.parent / kind, *command], log=LOGS / f"{name}.log", env={**os.environ, **env}
    )
    supervisor.start(process)
    url = f"http://127.0.0.1:{port}"
    supervisor.wait_until(process, lambda: _answers(url))
    return url


def take_turns(
    urls: dict[str, str | tuple[str, dict[str, str]]], *, seconds: int, rounds: int, connections: int = 8
) -> dict[str, Load]:
    """Rounds of wrk on each address (with headers, if given) in turn; medians by name.

    A page is fetched before its first round, so that what is made once has been made. Rounds of a slow page
    are longer, so that they hold some requests.
    """
    if not shutil.which("wrk"):
        sys.exit("wrk is missing. Install it: apt-get install wrk")
    asked = {name: url if isinstance(url, tuple) else (url, {}) for name, url in urls.items()}
    lasts = {}
    for name, (url, headers) in asked.items():
        fetch(url, **headers)  # what is made once is made here
        p50, _ = timed(lambda url=url, headers=headers: fetch(url, **headers), 3)
        lasts[name] = max(seconds, min(LONGEST_ROUND, math.ceil(LEAST_REQUESTS * p50 / 1000)))
    found: dict[str, list[Load]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, (url, headers) in asked.items():
            found[name].append(_wrk(url, headers, lasts[name], connections))
            fetch(url, **headers)  # waits behind what the round left unanswered
    return {name: _median(loads) for name, loads in found.items()}


def fetch(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read(), dict(response.headers.items())


def final_url(url: str) -> str:
    """Where an address leads to in the end."""
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.url


def timed(call: Callable[[], object], times: int) -> tuple[float, float]:
    """p50 and p95 of a call in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.95)]


def _wrk(url: str, headers: dict[str, str], seconds: int, connections: int) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    for name, value in {"Accept-Encoding": "gzip", **headers}.items():
        command += ["-H", f"{name}: {value}"]
    command.append(url)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Load(
        rps=float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        p50=_milliseconds(said, 50),
        p99=_milliseconds(said, 99),
        failed=int(bad[1]) if bad else 0,
    )


def _milliseconds(said: str, percent: int) -> float:
    amount, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b", said).groups()
    return float(amount) * _UNITS[unit]


def _median(loads: list[Load]) -> Load:
    columns = zip(*((load.rps, load.p50, load.p99) for load in loads), strict=True)
    failed, turns = sum(load.failed for load in loads), tuple(load.rps for load in loads)
    return Load(*map(statistics.median, columns), failed=failed, turns=turns)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=30)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _text(value: float | str) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
