"""The part of bench/sync.py that runs on a copy: `python -m bench.listings 0 [JSON]`, 1 for short rounds."""

import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal

import httpx
from django.db import transaction
from django.utils import timezone

from bench.delays import measure_hang, measure_live
from bench.feed import measure_feed
from bench.load import Report, servers
from bench.rows import measure_rows
from bench.stands import DISTANCE, FAR, Stand, memory_kb, workers
from bench.steering import forget, is_at_rest, million_additions, pause, start, timed, until
from catalog.models import ExchangeRate
from catalog.signals import product_changed
from kmall.http import Unreachable
from partners import goods
from partners.connectors.connector import Item, Transient
from partners.connectors.igetmall import connect
from partners.desired import NotListable, desired, frame, out_id
from partners.mark import send_again
from partners.models import Listing, PartnerMall
from partners.select import chosen

LEAST_OF_FLOOR = 0.8
MOST_GROWTH = 1.1
LISTINGS_FOR_MEMORY = 100_000
FEW = {"price_from_krw": 30_000, "price_to_krw": 31_000}


def main() -> int:
    quick, json_file = sys.argv[1] == "1", next(iter(sys.argv[2:]), None)
    report = Report("Listings at partner malls")
    measure_rows(report, 100 if not quick else 10)
    PartnerMall.objects.update(state=PartnerMall.State.PAUSED)  # the demo's own, which nobody plays here
    with servers() as supervisor:
        processes = workers(supervisor)
        *stands, live = (Stand(supervisor, name) for name in ("first", "second", "third", "live"))
        partners = [stand.partner(rule={"price_to_krw": 20_000} if quick else {}) for stand in stands]
        small, changes = live.partner(rule=FEW), 20 if quick else 300
        for distance in (FAR, DISTANCE):
            measure_first_sync(report, stands[0], partners[0], distance, rounds=1 if quick else 9)
        measure_live(report, partners[0], live, small, changes)
        measure_rate(report, partners)
        measure_hang(report, stands[2], partners[2], live, small, changes)
        measure_memory(report, processes, partners[0], 5_000 if quick else LISTINGS_FOR_MEMORY)
        measure_feed(report, supervisor, seconds=1 if quick else 4, rounds=1 if quick else 5)
    return report.finish(json_file)


def measure_first_sync(
    report: Report, stand: Stand, partner: PartnerMall, distance: float, rounds: int
) -> None:
    """From nothing to all confirmed by the workers, and the same payloads posted bare, in turns.

    The workers are bound by the processor and the bare loop is not, so how fast it is just now is told too.
    """
    requests, away = payloads(partner), f"{distance * 1000:.0f}-ms"
    stand.distance = distance
    ours, bare, speeds = [], [], []
    for _ in range(rounds):
        speeds.append(million_additions())
        stand.empty()
        forget(partner)
        ours.append(timed(lambda: start(partner), lambda: is_at_rest(partner)))
        count = stand.held()
        pause(partner)
        stand.empty()
        bare.append(post_bare(stand, requests, threads=partner.batches_at_once))
        if stand.held() != count:
            sys.exit(f"bench.listings: {count} were synced and {stand.held()} posted")
    floor, mine = statistics.median(bare), statistics.median(ours)
    report.add(f"first sync, {away}", listings=count, seconds=mine, rate=count / mine)
    report.add(f"the same payloads, bare, {away}", listings=count, seconds=floor, rate=count / floor)
    of_floor = [least / seconds for least, seconds in zip(bare, ours, strict=True)]
    report.add(f"first sync of the floor, {away}, by round", least=min(of_floor), most=max(of_floor))
    report.add(f"a million additions meanwhile, ms, {away}", least=min(speeds), most=max(speeds))
    report.target(f"first-sync-of-floor-{away}", statistics.median(of_floor), ">=", LEAST_OF_FLOOR)


def payloads(partner: PartnerMall) -> list[tuple]:
    """Every upsert of the partner as posted: path and what goes with it, signed now."""
    connector, of = connect(partner), frame(partner)
    kept = connector._line._client = Kept()
    ids = list(chosen(partner).values_list("pk", flat=True))
    day = timezone.localdate()
    for start_at in range(0, len(ids), connector.most_items):
        found = goods.read(ids[start_at : start_at + connector.most_items])
        items = []
        for pk, product in found.items():
            try:
                state = desired(product, of, day)
            except NotListable:
                continue
            items.append(Item(out_id(pk), 1, f"{partner.pk}:{pk}:1:bare", state.content, state.offer))
        with suppress(Transient):
            connector.upsert(items)
    return kept.requests


class Kept:
    """A client that keeps what is posted and sends nothing."""

    def __init__(self):
        self.requests = []

    def request(self, _method: str, path: str, **request):
        self.requests.append((path, request))
        raise Unreachable("kept")


def post_bare(stand: Stand, requests: list[tuple], *, threads: int) -> float:
    """Seconds to post all by bare httpx, in as many threads as we call the partner with."""
    queue, lock = iter(requests), threading.Lock()

    def loop():
        with httpx.Client(base_url=stand.url, timeout=60, trust_env=False) as bare:
            while True:
                with lock:
                    path, request = next(queue, (None, None))
                if path is None:
                    return
                bare.post(path, **request).raise_for_status()

    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(loop) for _ in range(threads)]:
            each.result()
    return time.monotonic() - began


def measure_rate(report: Report, partners: list[PartnerMall]) -> None:
    """A new rate of the day reaches every listing of three partners."""
    for partner in partners:
        start(partner)
    until(lambda: all(is_at_rest(partner) for partner in partners))

    def new_rate():
        newest = ExchangeRate.objects.latest("date")
        with transaction.atomic():
            ExchangeRate.objects.filter(pk=newest.pk).update(rate=newest.rate * 102 / 100)
            product_changed.send(sender=ExchangeRate, product_ids=None, kinds={"price"})

    seconds = timed(new_rate, lambda: all(is_at_rest(partner) for partner in partners))
    count = Listing.objects.held_there().filter(partner__in=partners).count()
    report.add("a new rate of the day", listings=count, seconds=seconds, rate=count / seconds)


def measure_memory(report: Report, processes: list, partner: PartnerMall, listings: int) -> None:
    """Resident memory of all workers after the first rounds and after so many listings.

    All of the mall's is sent anew in one round, the new prices of all in the next.
    """
    each = Listing.objects.filter(partner=partner).count()
    sizes = []
    for at in range(max(4, -(-listings // each))):
        if at % 2:
            PartnerMall.objects.filter(pk=partner.pk).update(price_factor=Decimal(10 + at // 2 % 2) / 10)
            start(partner)
        else:
            send_again(Listing.objects.held_there().filter(partner=partner), actor=None)
        until(lambda: is_at_rest(partner))
        sizes.append(sum(memory_kb(process) for process in processes))
    report.add("workers' memory, kB", first=sizes[1], last=sizes[-1], listings=each * len(sizes))
    report.target("memory-growth", sizes[-1] / sizes[1], "<=", MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
