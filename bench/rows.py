"""What marking, claiming and confirming a listing costs among 8,000 and among 800,000 rows.

    python -m bench.rows costs
    python -m bench.rows multiply 99

The database at hand has the few, a copy of it gets the many. Both are measured in turns, each by a process of
its own: in the minute that it takes to fill a table a machine's speed may shift by half.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from django.db import connection

from bench import mall
from bench.load import Report
from partners import sync
from partners.claim import Claim, claim
from partners.connectors.connector import Answer, Result
from partners.connectors.igetmall import IGetMall
from partners.desired import out_id
from partners.mark import mark_changed
from partners.models import Listing, PartnerMall
from partners.plan import Work, prepare

MOST = 1.3
TURNS = 5
REDIS = 7  # beside ours and the bench's
BATCH, BATCHES, BATCHES_EVERYWHERE = 50, 60, 20
COPY = """
    INSERT INTO partners_partnermall SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', m.id + 1000 * n, 'code', m.code || '-' || n, 'channel_id', c.id, 'state', 'paused'))).*
    FROM partners_partnermall m CROSS JOIN generate_series(1, %(times)s) n
    JOIN orders_channel c ON c.code = 'bench-row-' || n WHERE m.id = %(partner)s;
"""
CHANNELS = """
    INSERT INTO orders_channel SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', c.id + 100000 + n, 'code', 'bench-row-' || n))).*
    FROM orders_channel c CROSS JOIN generate_series(1, %(times)s) n WHERE c.id = %(channel)s;
"""
ROWS = """
    INSERT INTO partners_listing SELECT (jsonb_populate_record(l, jsonb_build_object(
        'id', nextval('partners_listing_id_seq'), 'partner_id', l.partner_id + 1000 * n))).*
    FROM partners_listing l CROSS JOIN generate_series(1, %(times)s) n WHERE l.partner_id = %(partner)s;
"""


def measure_rows(report: Report, times: int) -> None:
    """Microseconds a listing where one partner has rows, and where so many have, each as many."""
    mark_changed(None, {"text"}, partner_id=_one().pk)
    Listing.objects.exclude(partner=_one()).delete()
    connection.close()
    with mall.copied("rows", REDIS) as env:
        total = _told(env, "multiply", str(times - 1))
        turns = [(_told({}, "costs"), _told(env, "costs")) for _ in range(TURNS)]
    for name in turns[0][0]:
        few, many = ([turn[side][name] for turn in turns] for side in (0, 1))
        ratio = statistics.median(more / less for less, more in zip(few, many, strict=True))
        columns = {"few": statistics.median(few), "many": statistics.median(many), "ratio": ratio}
        report.add(f"{name}, µs a listing", **columns)
        report.target(f"{name}-cost-by-rows", ratio, "<=", MOST)
    report.add("listing rows", few=Listing.objects.count(), many=total)


def _one() -> PartnerMall:
    return PartnerMall.objects.order_by("pk").first()


def _told(env: dict[str, str], *words: str):
    """What a process of this module says of the mall in an environment."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.rows", *words]
    return json.loads(subprocess.check_output(command, env={**os.environ, **env}))


def main() -> None:
    what, *times = sys.argv[1:]
    if what == "multiply":
        multiply(_one(), int(*times))
    said = costs(_one()) if what == "costs" else Listing.objects.count()
    print(json.dumps(said))  # noqa: T201


def costs(partner: PartnerMall) -> dict[str, float]:
    """Medians of rounds: mark 50 products at one partner, claim a batch, note what is sent, confirm it.

    Then mark 50 at all partners at once, as a change in the catalogue does.
    """
    ids = list(Listing.objects.filter(partner=partner).order_by("pk").values_list("product_id", flat=True))
    Listing.objects.filter(partner=partner).update(due_full=False, due_stock=False, lease=None)
    found = {"marking": [], "claiming": [], "confirming": [], "marking everywhere": []}
    for at in range(BATCHES):
        some = ids[at * BATCH % len(ids) :][:BATCH]
        found["marking"].append(timed(partial(mark_changed, some, {"price"}, partner_id=partner.pk))[0])
        seconds, claimed = timed(partial(claim, partner, quick=True, size=BATCH))
        found["claiming"].append(seconds)
        found["confirming"].append(timed(partial(confirm, claimed))[0])
    malls = PartnerMall.objects.count()
    for at in range(BATCHES_EVERYWHERE):
        some = ids[at * BATCH : (at + 1) * BATCH]
        mark_changed(some, {"price"})  # a mall that never had them gets its rows
        seconds = timed(partial(mark_changed, some, {"price"}))[0]
        found["marking everywhere"].append(seconds / malls)
    return {name: statistics.median(taken) / BATCH * 1e6 for name, taken in found.items()}


def confirm(claimed: Claim) -> None:
    """As if the partner had taken a new offer of each."""
    works = [
        Work(row, row.version, ("", ""), content={}, offer={}, offer_hash="b", action="offer")
        for row in claimed.rows
    ]
    answers = (Answer(out_id(product_id), Result.ACCEPTED) for product_id in claimed.product_ids)
    sync._record(IGetMall, claimed, prepare(claimed, works), {answer.out_id: answer for answer in answers})


def timed(call: Callable) -> tuple[float, object]:
    """Seconds that a call took, and what it gave."""
    began = time.perf_counter()
    given = call()
    return time.perf_counter() - began, given


def multiply(partner: PartnerMall, times: int) -> None:
    values = {"times": times, "partner": partner.pk, "channel": partner.channel_id}
    with connection.cursor() as cursor:
        for statement in (CHANNELS, COPY, ROWS):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE partners_listing")


if __name__ == "__main__":
    main()
