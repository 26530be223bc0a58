"""Holds on stock by many buyers at once: all on one SKU, and each on its own.

    python -m bench.checkout

A buyer is a thread with its own connection, which holds a unit and lets it go again, so that the mall stays
as it was. A pair of both counts as one. Python's share is in it: these are figures of one process of ours.
"""

import sys
import threading
import time
import uuid
from collections.abc import Callable

from django.db import connection

from bench.load import Report, arguments
from catalog import stock
from catalog.models import Stock

BUYERS = (1, 8, 32)
LEAST_ON_ONE = 50.0  # pairs a second of eight buyers on one SKU; django-oscar places 24 to 65 orders a second


def main() -> int:
    chosen = arguments(__doc__)
    free = Stock.objects.filter(on_hand__gte=max(BUYERS), reserved=0).order_by("sku")
    skus = list(free.values_list("sku_id", flat=True)[: max(BUYERS)])
    seconds, buyers = (1.0, BUYERS[:2]) if chosen.quick else (5.0, BUYERS)
    report = Report("Holds a second: hold and release of one unit")
    for count in buyers:
        same = run(count, seconds, lambda at: skus[0])
        apart = run(count, seconds, lambda at: skus[at])
        report.add(f"{count} buyers", same=same, apart=apart, ratio=apart / same)
        if count == 8:
            report.target("pairs-on-one-sku-8-buyers", same, ">=", LEAST_ON_ONE)
    left = Stock.objects.filter(sku__in=skus).exclude(reserved=0).count()
    report.target("skus-still-held", left, "<=", 0)
    return report.finish(chosen.json)


def run(buyers: int, seconds: float, sku_of: Callable[[int], int]) -> float:
    """Pairs a second of all buyers together, from the moment at which all are ready."""
    line, counts = threading.Barrier(buyers), []
    people = [threading.Thread(target=buy, args=(sku_of(at), seconds, line, counts)) for at in range(buyers)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return sum(counts) / seconds


def buy(sku: int, seconds: float, line: threading.Barrier, counts: list[int]) -> None:
    reference = f"bench-{uuid.uuid4().hex[:12]}"
    stock.available([sku])
    line.wait()
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        stock.reserve(lines=[(sku, 1)], reference=reference, seconds=60)
        stock.release(reference=reference)
        done += 1
    counts.append(done)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
