"""Many buyers at once: holds on stock, and whole orders from quote to paid beside django-oscar's.

    python -m bench.checkout [--no-oscar]

A buyer is a process; all go for one SKU, or each for its own. Holds: a unit is held and let go again; a pair
of both counts as one. Orders go into a copy of the mall that is dropped afterwards. Oscar's orders
(bench/oscar/shop/orders.py) are placed in turns with ours; they know no payment, tax or limits, so no ratio
is asked of them. At the end the copy is looked through: nothing sold twice, and the stock of each SKU what
its movements say.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection

from bench import mall, rival
from bench.load import Report, arguments
from bench.together import together, wait_for_all
from catalog import stock
from catalog.models import Stock

BUYERS = (1, 8, 32)
LEAST_ON_ONE = 50.0  # pairs a second of eight buyers on one SKU
Env = dict[str, str]
REDIS, RIVALS_REDIS = 3, 4  # beside ours
LAST_UNITS = 50
OURS, THEIRS = [sys.executable, "-m", "bench.orders"], [str(rival.PYTHON), "-m", "shop.orders"]

WRONG_STOCK = """
    SELECT count(*) FROM catalog_stock s
    WHERE reserved < 0 OR reserved > on_hand
       OR on_hand <> (SELECT coalesce(sum(delta), 0) FROM catalog_stockmovement m WHERE m.sku_id = s.sku_id)
       OR reserved <> (SELECT coalesce(sum(quantity), 0) FROM catalog_stockhold h WHERE h.sku_id = s.sku_id)
"""
SOLD = "SELECT coalesce(-sum(delta), 0)::int FROM catalog_stockmovement WHERE reason = 'sale'"


def main() -> int:
    chosen = arguments(
        __doc__,
        no_oscar={"action": "store_true", "help": "without django-oscar, which pip has to install"},
    )
    report = Report("Holds (hold and release of one unit) and orders a second")
    seconds, buyers = (1.0, BUYERS[:2]) if chosen.quick else (5.0, BUYERS)
    measure_holds(report, seconds, buyers)
    shop = None if chosen.no_oscar else rival.provide()
    connection.close()
    with mall.copied("orders", REDIS) as ours:
        ours["ALIPAY_PRIVATE_KEY_FILE"] = str(merchants_key())
        if shop is None:
            measure_orders(report, ours, None, seconds, buyers)
        else:
            with mall.copied("orders", RIVALS_REDIS, of=shop.env) as copy:
                measure_orders(report, ours, shop.env | copy, seconds, buyers)
    return report.finish(chosen.json)


def measure_holds(report: Report, seconds: float, buyers: tuple[int, ...]) -> None:
    free = Stock.objects.filter(on_hand__gte=max(BUYERS), reserved=0).order_by("sku")
    skus = list(free.values_list("sku_id", flat=True)[: max(BUYERS)])
    for count in buyers:
        same = sum(together(hold, [(skus[0], seconds)] * count)) / seconds
        apart = sum(together(hold, [(sku, seconds) for sku in skus[:count]])) / seconds
        report.add(f"holds, {count} buyers", same=same, apart=apart)
        if count == 8:
            report.target("pairs-on-one-sku-8-buyers", same, ">=", LEAST_ON_ONE)
    left = Stock.objects.filter(sku__in=skus).exclude(reserved=0).count()
    report.target("skus-still-held", left, "<=", 0)


def measure_orders(report: Report, ours: Env, theirs: Env | None, seconds: float, buyers) -> None:
    [(sold_before,)] = mall.ask(SOLD, url=ours["DATABASE_URL"])
    placed = 0
    for count in buyers:
        rates = {"orders": {}, "oscar": {}}
        for way, products in (("same", 1), ("apart", count)):
            case = {"buyers": count, "seconds": seconds, "products": products}
            done = place(OURS, ours, {**case, "units": None})
            rates["orders"][way], placed = done["rate"], placed + done["placed"]
            if theirs:
                found = place(THEIRS, theirs, case, folder=rival.PROJECT)
                rates["oscar"][way] = found["rate"]
                report.target(f"oscar-failed-{way}-{count}-buyers", found["failed"], "<=", 0)
        report.add(f"orders, {count} buyers", **rates["orders"])
        if theirs:
            report.add(f"oscar's, {count} buyers", **rates["oscar"])
    last = place(OURS, ours, {"buyers": buyers[-1], "seconds": 60, "products": 1, "units": LAST_UNITS})[
        "placed"
    ]
    report.add(f"orders of the last {LAST_UNITS} units, {buyers[-1]} buyers", same=last)
    report.target("orders-of-the-last-units-too-many-or-few", abs(last - LAST_UNITS), "<=", 0)
    [(sold,)] = mall.ask(SOLD, url=ours["DATABASE_URL"])
    report.target("orders-without-their-units", abs(sold - sold_before - placed - last), "<=", 0)
    report.target("skus-with-wrong-stock", mall.ask(WRONG_STOCK, url=ours["DATABASE_URL"])[0][0], "<=", 0)


def merchants_key() -> Path:
    """A key to sign payments with, as the merchant's account at Alipay has one."""
    path = mall.FOLDER / "merchant.pem"
    if not path.exists():
        pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(pem)
    return path


def place(command: list[str], env: Env, case: dict, folder=None) -> dict[str, int]:
    """Let one case of orders run to its end."""
    given = {**os.environ, **env}
    given.pop("BENCH_OWN_MALL", None)  # a copy has been filled
    done = subprocess.run(
        [*command, json.dumps(case)], cwd=folder, env=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stderr[-1000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def hold(sku: int, seconds: float) -> int:
    """Hold and let go until the time is over; how often after the first time, which warms up."""
    reference = f"bench-{uuid.uuid4().hex[:12]}"

    def once():
        stock.reserve(lines=[(sku, 1)], reference=reference, seconds=60)
        stock.release(reference=reference)

    once()
    wait_for_all()
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        once()
        done += 1
    return done


if __name__ == "__main__":
    sys.exit(main())
