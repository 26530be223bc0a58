"""Pages of the demo mall under load: hit, miss (whole-page cache off) and signed in, against a fixed body.

    python -m bench.pages [--server gunicorn]

The ceiling is bench/fixed.py on the same
server with the same number of workers, which answers with as many bytes, in rounds that alternate with ours.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.load import Report, arguments, fetch, servers, take_turns, web
from catalog.models import Product
from catalog.search.filters import Filters
from catalog.search.query import listing
from kmall.models import User

LEAST_OF_CEILING = 0.9
FAR = 10  # pages down a category


@dataclass(frozen=True)
class Sizes:
    """Bytes of a page as sent and as rendered, and its queries when nothing but pages is forgotten."""

    sent: int
    plain: int
    queries: int


def main() -> int:
    chosen = arguments(__doc__, server={"choices": ("granian", "gunicorn"), "default": "granian"})
    seconds, rounds = (1, 1) if chosen.quick else (5, 3)
    report = Report(f"Pages under {chosen.server}, requests a second and milliseconds")
    pages = addresses()
    sizes = {name: measure(url) for name, url in pages.items()}
    with servers() as supervisor, signed_in() as cookie:
        ours = web(supervisor, "mall", "kmall.wsgi:application", chosen.server, PAGE_CACHE="1")
        bare = web(supervisor, "mall-without-cache", "kmall.wsgi:application", chosen.server, PAGE_CACHE="0")
        fixed = web(supervisor, "fixed", "fixed:application", chosen.server, folder="bench")
        for name, url in pages.items():
            fetch(ours + url, accept_encoding="gzip")
            loads = take_turns(
                {
                    "fixed": f"{fixed}/{sizes[name].sent}/",
                    "hit": ours + url,
                    "signed in": (ours + url, {"Cookie": cookie}),
                    "miss": bare + url,
                },
                seconds=seconds,
                rounds=rounds,
            )
            for kind, load in loads.items():
                share = load.rps / loads["fixed"].rps
                more = {"queries": sizes[name].queries} if kind == "miss" else {}
                report.add(f"{name}, {kind}", rps=load.rps, p50=load.p50, p99=load.p99, share=share, **more)
                if load.failed:
                    report.target(f"{name}-{kind}-failed", load.failed, "<=", 0)
            report.add(f"{name}, bytes", sent=sizes[name].sent, plain=sizes[name].plain)
            for kind in ("hit", "signed in"):
                share = loads[kind].rps / loads["fixed"].rps
                report.target(f"{name}-{kind}-of-ceiling".replace(" ", "-"), share, ">=", LEAST_OF_CEILING)
    return report.finish(chosen.json)


def addresses() -> dict[str, str]:
    """The pages by name: the fullest category, a page far down it, the best-selling product."""
    best = (
        Product.objects.filter(state=Product.State.ON_SALE)
        .order_by("-sold", "pk")
        .select_related("category")[0]
    )
    top = best.category.slug if not best.category.parent_id else best.category.parent.slug
    cursor = ""
    for _ in range(FAR):
        cursor = (
            listing(filters=Filters(category=top), sort="sold", cursor=cursor, with_counts=False).next
            or cursor
        )
    return {
        "home": "/zh-hans/",
        "category": f"/zh-hans/c/{top}/",
        "far-down": f"/zh-hans/c/{top}/?cursor={cursor}&sort=sold",
        "search": "/zh-hans/search/?q=%E9%9D%A2%E8%86%9C",
        "product": f"/zh-hans/p/{best.slug}/",
    }


def measure(url: str) -> Sizes:
    with override_settings(PAGE_CACHE=False):
        client = Client()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            plain = client.get(url)
        asked = len(queries)  # the next request empties Django's log
    with override_settings(PAGE_CACHE=True):
        sent = Client().get(url, headers={"accept-encoding": "gzip"})
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
