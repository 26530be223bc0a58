"""The feed that a mall pulls, under load: its largest page, beside a static file of that size.

Both are sent by the mall under the same web server: the page as the mall of Shanghai asks for it (signed,
gzip), the file as any other of the static files (WhiteNoise). bench/fixed.py with as many bytes is shown.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from bench.load import ROOT, Report, fetch, take_turns, web
from bench.steering import is_at_rest, start, until
from kmall.embedded.processes import Supervisor
from kmall.page_store import unpack
from partners.connectors.shanghai.signature import authorization
from partners.demo.malls import MALLS
from partners.models import PartnerMall
from partners.pull_feed import build, read
from partners.setup import open_partner

LEAST_OF_FILE = 0.8
FILE = "bench-feed.bin"
NOBODY = "http://127.0.0.1:9"


def measure_feed(report: Report, supervisor: Supervisor, **pace: int) -> None:
    partner = pulling()
    start(partner)
    until(lambda: is_at_rest(partner))
    build.build(partner.pk)
    pages = json.loads(unpack(read.manifest(partner.pk).zipped))["pages"]
    largest = max(pages, key=lambda page: page["bytes"])
    size = len(read.part(partner.pk, largest["part"]).zipped)
    fixed = web(supervisor, "fixed", "fixed:application", folder=ROOT / "bench")
    with static_file(size):
        mall = web(supervisor, "mall-feed", "kmall.wsgi:application")
        address = f"/partners/feed/{partner.code}/parts/{largest['part']}"
        urls = {
            "feed": (mall + address, signed(partner, address)),
            "file": f"{mall}{settings.STATIC_URL}{FILE}",
            "fixed": f"{fixed}/{size}/",
        }
        sent = len(fetch(urls["feed"][0], **urls["feed"][1])[0])
        loads = take_turns(urls, **pace)
    for name, load in loads.items():
        report.add(f"a page of the feed, {name}", rps=load.rps, p50=load.p50, p99=load.p99, sent=sent)
    report.add("the feed", pages=len(pages), listings=sum(page["items"] for page in pages))
    report.target("feed-of-static-file", loads["feed"].over(loads["file"]), ">=", LEAST_OF_FILE)
    for name, load in loads.items():
        if load.failed:
            report.target(f"feed-{name}-failed", load.failed, "<=", 0)


def pulling() -> PartnerMall:
    """A mall that pulls all goods."""
    agreed = next(mall.terms for mall in MALLS if mall.code == "shanghai")
    return open_partner(
        code="bench-pulling", connector="shanghai", name_ko="pulling", name_zh_hans="pulling",
        base_url=NOBODY, home_url=NOBODY, credentials=agreed["credentials"],
        categories=agreed["categories"], batch_size=agreed["batch_size"],
    )  # fmt: skip


def signed(partner: PartnerMall, address: str) -> dict[str, str]:
    """Headers of one request, good for ten minutes: a page under its digest may be asked for again."""
    keys = json.loads(partner.credentials)
    said = authorization("GET", address, b"", key=keys["key"], secret=keys["secret"])
    return {"Authorization": said, "Accept-Encoding": "gzip"}


@contextmanager
def static_file(size: int) -> Iterator[None]:
    """A file among the static files of the mall, which finds them when it starts."""
    path = settings.STATIC_ROOT / FILE
    path.write_bytes(bytes(size))
    try:
        yield
    finally:
        path.unlink()
