"""Pages of the demo mall under load: hit, miss (whole-page cache off) and signed in, against a fixed body.

    python -m bench.pages [--server gunicorn] [--no-oscar] [--scale 100]

Everything is on one machine and the same servers, in rounds that take turns. The ceiling is bench/fixed.py
under the same web server with as many workers, which answers with as many bytes. django-oscar shows the
same goods beside our misses (bench/rival.py); granian and gunicorn serve the same page side by side; nginx
before the mall (docs/nginx.conf) stands beside nginx that serves the same bytes as a file.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench import proxy, rival
from bench.load import ROOT, Load, Report, arguments, fetch, servers, take_turns, web
from bench.scale import measure_scale
from bench.tour import tour
from kmall.embedded.processes import Supervisor
from kmall.models import User

LEAST_OF_CEILING = 0.9
LEAST_OF_FILE = 0.8
LEAST_OVER_OSCAR = {"category": 100.0, "product": 10.0, "search": 10.0}
SERVERS = ("granian", "gunicorn")


@dataclass(frozen=True)
class Sizes:
    """Bytes of a page as sent and as rendered, and its queries when nothing but pages is forgotten."""

    sent: int
    plain: int
    queries: int


@dataclass(frozen=True)
class Bench:
    """What every part of this bench needs. `pace` is how long and how often a round goes."""

    supervisor: Supervisor
    report: Report
    kind: str
    pace: dict[str, int]

    def mall(self, name: str, *, cached: bool, kind: str = "", **env: str) -> str:
        """A mall of ours under a web server of its own; its address."""
        cache = {"PAGE_CACHE": str(int(cached))}
        return web(self.supervisor, name, "kmall.wsgi:application", kind or self.kind, **cache, **env)


def main() -> int:
    chosen = arguments(
        __doc__,
        server={"choices": SERVERS, "default": SERVERS[0]},
        scale={"metavar": "N", "help": "also what pages cost with N times 8,000 products"},
        no_oscar={"action": "store_true", "help": "without django-oscar, which pip has to install"},
    )
    pace = {"seconds": 1, "rounds": 1} if chosen.quick else {"seconds": 2, "rounds": 9}
    proxy.program()  # better missed now than after minutes
    report = Report(f"Pages under {chosen.server}, requests a second and milliseconds")
    shop = None if chosen.no_oscar else rival.provide()
    with servers() as supervisor:
        bench = Bench(supervisor, report, chosen.server, pace)
        ours, bare = bench.mall("mall", cached=True), bench.mall("mall-without-cache", cached=False)
        pages = tour(bare)
        theirs = shop.addresses(shop.serve(supervisor, chosen.server), pages) if shop else {}
        measure_pages(bench, ours, bare, pages, theirs)
        compare_servers(bench, ours, bare, pages["category"])
        measure_behind_nginx(bench, ours, pages)
        if chosen.scale:
            measure_scale(bench, chosen.scale)
    return report.finish(chosen.json)


def measure_pages(bench: Bench, ours: str, bare: str, pages: dict[str, str], theirs: dict[str, str]) -> None:
    """Each page in all its ways, beside the ceiling and django-oscar's."""
    fixed = web(bench.supervisor, "fixed", "fixed:application", bench.kind, folder=ROOT / "bench")
    with signed_in() as cookie:
        for name, path in pages.items():
            sizes = measure(path)
            fetch(ours + path, accept_encoding="gzip")
            urls = {
                "fixed": f"{fixed}/{sizes.sent}/",
                "hit": ours + path,
                "signed in": (ours + path, {"Cookie": cookie}),
                "miss": bare + path,
            }
            urls |= {"oscar": theirs[name]} if name in theirs else {}
            loads = take_turns(urls, **bench.pace)
            show(bench.report, name, loads, sizes)
            judge(bench.report, name, loads)


def show(report: Report, name: str, loads: dict[str, Load], sizes: Sizes) -> None:
    for kind, load in loads.items():
        more = {"queries": sizes.queries} if kind == "miss" else {}
        share = load.over(loads["fixed"])
        report.add(f"{name}, {kind}", rps=load.rps, p50=load.p50, p99=load.p99, share=share, **more)
    report.add(f"{name}, bytes", sent=sizes.sent, plain=sizes.plain)


def judge(report: Report, name: str, loads: dict[str, Load]) -> None:
    for kind, load in loads.items():
        if load.failed:
            report.target(f"{name}-{kind}-failed".replace(" ", "-"), load.failed, "<=", 0)
    for kind in ("hit", "signed in"):
        share = loads[kind].over(loads["fixed"])
        report.target(f"{name}-{kind}-of-ceiling".replace(" ", "-"), share, ">=", LEAST_OF_CEILING)
    if "oscar" in loads:
        ratio = loads["miss"].over(loads["oscar"])
        report.target(f"{name}-miss-over-oscar", ratio, ">=", LEAST_OVER_OSCAR[name])


def compare_servers(bench: Bench, ours: str, bare: str, path: str) -> None:
    """The same page by the other web server: what docs/deploy.md chooses by."""
    other = next(kind for kind in SERVERS if kind != bench.kind)
    urls = {
        f"hit, {bench.kind}": ours + path,
        f"hit, {other}": bench.mall("mall-elsewhere", cached=True, kind=other) + path,
        f"miss, {bench.kind}": bare + path,
        f"miss, {other}": bench.mall("mall-elsewhere-without-cache", cached=False, kind=other) + path,
    }
    loads = take_turns(urls, **bench.pace)
    for name, load in loads.items():
        bench.report.add(f"category, {name}", rps=load.rps, p50=load.p50, p99=load.p99)
    for way in ("hit", "miss"):
        ratio = loads[f"{way}, granian"].over(loads[f"{way}, gunicorn"])
        bench.report.add(f"category, {way}, granian over gunicorn", share=ratio)
        if way == "hit":  # a miss is bound by our own work, whoever serves
            bench.report.target("hit-granian-over-gunicorn", ratio, ">=", 1.0)


def measure_behind_nginx(bench: Bench, ours: str, pages: dict[str, str]) -> None:
    """Pages from the cache of a second that visitors meet, and the same bytes as files."""
    front = proxy.start(bench.supervisor, ours)
    for name, path in pages.items():
        body, _ = fetch(front.mall + path, accept_encoding="gzip")
        urls = {"nginx": front.mall + path, "file": front.keep(f"{name}.html", body)}
        loads = take_turns(urls, **bench.pace)
        for kind, load in loads.items():
            bench.report.add(f"{name}, {kind}", rps=load.rps, p50=load.p50, p99=load.p99, sent=len(body))
        share = loads["nginx"].over(loads["file"])
        bench.report.target(f"{name}-nginx-of-file", share, ">=", LEAST_OF_FILE)


def measure(path: str) -> Sizes:
    with override_settings(PAGE_CACHE=False):
        client = Client()
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            plain = client.get(path)
        asked = len(queries)  # the next request empties Django's log
    with override_settings(PAGE_CACHE=True):
        sent = Client().get(path, headers={"accept-encoding": "gzip"})
    return Sizes(len(sent.content), len(plain.content), asked)


@contextmanager
def signed_in() -> Iterator[str]:
    """The cookie of somebody who is removed afterwards."""
    user, _ = User.objects.get_or_create(email="bench@kmall24.test")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    try:
        yield f"sessionid={client.cookies['sessionid'].value}"
    finally:
        user.delete()


if __name__ == "__main__":
    sys.exit(main())
