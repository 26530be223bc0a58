"""The part of bench/sync.py that runs on a copy: `python -m bench.listings 0 [JSON]`, 1 for short rounds."""

import statistics
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from bench.load import Report, servers
from bench.rows import measure_rows
from bench.stands import Stand, memory_kb, workers
from catalog.models import ExchangeRate, Product
from catalog.signals import product_changed
from kmall.http import Unreachable, client
from partners import goods
from partners.connectors.connector import Item, Transient
from partners.connectors.igetmall import connect
from partners.desired import NotListable, desired, frame, out_id
from partners.mark import mark_changed, rules_changed, send_again
from partners.models import Listing, PartnerMall
from partners.select import chosen

LEAST_OF_FLOOR = 0.8
SEEN_P50, SEEN_P99 = 1.0, 3.0  # seconds
MOST_BESIDE_A_HANG = 1.1
MOST_GROWTH = 1.1
LISTINGS_FOR_MEMORY = 100_000
THREADS = 3  # calls at once at one partner
LONGEST = 600  # seconds for anything
FEW = {"price_from_krw": 30_000, "price_to_krw": 31_000}


def main() -> int:
    quick, json_file = sys.argv[1] == "1", next(iter(sys.argv[2:]), None)
    report = Report("Listings at partner malls")
    measure_rows(report, 100 if not quick else 10)
    with servers() as supervisor:
        worker = workers(supervisor)
        *stands, live = (Stand(supervisor, name) for name in ("first", "second", "third", "live"))
        partners = [stand.partner(rule={"price_to_krw": 20_000} if quick else {}) for stand in stands]
        small, changes = live.partner(rule=FEW), 20 if quick else 150
        measure_first_sync(report, stands[0], partners[0], rounds=1 if quick else 3)
        measure_live(report, partners[0], live, small, changes)
        measure_rate(report, partners)
        measure_hang(report, stands[2], partners[2], live, small, changes)
        measure_memory(report, worker, partners[0], 5_000 if quick else LISTINGS_FOR_MEMORY)
    return report.finish(json_file)


def measure_first_sync(report: Report, stand: Stand, partner: PartnerMall, rounds: int) -> None:
    """From nothing to all confirmed by the workers, and the same payloads posted bare, in turns."""
    requests = payloads(partner)
    ours, bare = [], []
    for _ in range(rounds):
        stand.empty()
        forget(partner)
        ours.append(timed(lambda: start(partner), lambda: open_rows(partner) == 0))
        count = Listing.objects.held_there().filter(partner=partner).count()
        pause(partner)
        stand.empty()
        bare.append(post_bare(stand, requests))
    floor, mine = statistics.median(bare), statistics.median(ours)
    report.add("first sync", listings=count, seconds=mine, rate=count / mine)
    report.add("the same payloads, bare", listings=count, seconds=floor, rate=count / floor)
    report.target("first-sync-of-floor", floor / mine, ">=", LEAST_OF_FLOOR)


def payloads(partner: PartnerMall) -> list[tuple]:
    """Every upsert of the partner as posted: path and what goes with it, signed now."""
    connector, of = connect(partner), frame(partner)
    kept = connector._client = Kept()
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

    def post(self, path: str, **request):
        self.requests.append((path, request))
        raise Unreachable("kept")


def post_bare(stand: Stand, requests: list[tuple]) -> float:
    """Seconds to post all, in as many threads as we call a partner with."""
    queue, lock = iter(requests), threading.Lock()

    def loop():
        with client(stand.url, timeout=60) as bare:
            while True:
                with lock:
                    path, request = next(queue, (None, None))
                if path is None:
                    return
                bare.post(path, **request).raise_for_status()

    threads = [threading.Thread(target=loop) for _ in range(THREADS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def measure_live(report, partner: PartnerMall, stand: Stand, small: PartnerMall, changes: int) -> None:
    """Commit to visible at one partner while another is synced whole, over and over."""
    start(small)
    until(lambda: open_rows(small) == 0)
    start(partner)
    with repeated(lambda: send_again(Listing.objects.held_there().filter(partner=partner))):
        delays = seen_after(stand, small, changes)
    until(lambda: open_rows(partner) == 0)
    show_delays(report, "commit to visible, another partner synced whole", delays)
    report.target("commit-to-visible-p50-seconds", quantile(delays, 0.5), "<=", SEEN_P50)
    report.target("commit-to-visible-p99-seconds", quantile(delays, 0.99), "<=", SEEN_P99)


def measure_rate(report: Report, partners: list[PartnerMall]) -> None:
    """A new rate of the day reaches every listing of three partners."""
    for partner in partners:
        start(partner)
    until(lambda: all(open_rows(partner) == 0 for partner in partners))

    def new_rate():
        newest = ExchangeRate.objects.latest("date")
        with transaction.atomic():
            ExchangeRate.objects.filter(pk=newest.pk).update(rate=newest.rate * 102 / 100)
            product_changed.send(sender=ExchangeRate, product_ids=None, kinds={"price"})

    seconds = timed(new_rate, lambda: all(open_rows(partner) == 0 for partner in partners))
    count = Listing.objects.held_there().filter(partner__in=partners).count()
    report.add("a new rate of the day", listings=count, seconds=seconds, rate=count / seconds)


def measure_hang(
    report, stand: Stand, hanging: PartnerMall, seen: Stand, small: PartnerMall, changes: int
) -> None:
    """The delay at one partner while another takes calls and never answers, and while it is paused."""
    delays = {"paused": [], "hangs": []}
    for _ in range(4):
        pause(hanging)
        delays["paused"] += seen_after(seen, small, changes // 4 + 1)
        stand.fault("slow", 1_000_000, 60)
        start(hanging)
        with repeated(lambda: mark_changed(None, {"price"}, partner_id=hanging.pk)):
            time.sleep(1)
            delays["hangs"] += seen_after(seen, small, changes // 4 + 1)
        stand.fault("slow", 0)
    pause(hanging)
    for name, each in delays.items():
        show_delays(report, f"commit to visible, another partner {name}", each)
    ratio = quantile(delays["hangs"], 0.99) / quantile(delays["paused"], 0.99)
    report.target("p99-beside-a-partner-that-hangs", ratio, "<=", MOST_BESIDE_A_HANG)


def measure_memory(report: Report, worker, partner: PartnerMall, listings: int) -> None:
    """Resident memory of the worker after its first two rounds and after so many listings."""
    each = Listing.objects.filter(partner=partner).count()
    sizes = []
    for at in range(max(3, -(-listings // each))):
        PartnerMall.objects.filter(pk=partner.pk).update(price_factor=Decimal(10 + at % 2) / 10)
        start(partner)
        until(lambda: open_rows(partner) == 0)
        sizes.append(memory_kb(worker))
    report.add("worker's memory, kB", first=sizes[1], last=sizes[-1], listings=each * len(sizes))
    report.target("memory-growth", sizes[-1] / sizes[1], "<=", MOST_GROWTH)


def seen_after(stand: Stand, partner: PartnerMall, changes: int) -> list[float]:
    """Seconds from the commit of a new title until the mall's page shows it, for so many changes in turn."""
    ids = list(chosen(partner).order_by("pk").values_list("pk", flat=True))
    delays = []
    for at in range(changes):
        pk, word = ids[at % len(ids)], f"量{time.monotonic_ns() % 10**9}"
        with transaction.atomic():
            Product.objects.filter(pk=pk).update(name_zh_hans=f"{word} 精华液 50ml")
            product_changed.send(None, product_ids=[pk], kinds={"text"})
        began = time.monotonic()
        page = f"/korea/?q={urllib.parse.quote(word)}"
        until(lambda page=page, pk=pk: f'data-out-id="P{pk}"' in stand.read(page), every=0.02)
        delays.append(time.monotonic() - began)
    return delays


def start(partner: PartnerMall) -> None:
    PartnerMall.objects.filter(pk=partner.pk).update(
        state=PartnerMall.State.ACTIVE, breaker_failures=0, breaker_open_until=None
    )
    with transaction.atomic():
        rules_changed(partner)


def pause(partner: PartnerMall) -> None:
    PartnerMall.objects.filter(pk=partner.pk).update(state=PartnerMall.State.PAUSED)
    until(lambda: not Listing.objects.filter(partner=partner, lease__isnull=False).exists(), every=0.2)
    Listing.objects.filter(partner=partner).update(look_at=None)


def forget(partner: PartnerMall) -> None:
    """Its listings as if nothing had ever been sent."""
    Listing.objects.filter(partner=partner).delete()


def open_rows(partner: PartnerMall) -> int:
    return Listing.objects.filter(Q(due_full=True) | Q(due_stock=True), partner=partner).count()


@contextmanager
def repeated(act: Callable[[], object]) -> Iterator[None]:
    """Do something now, and every two seconds meanwhile."""
    over = threading.Event()

    def go():
        while not over.wait(2):
            act()
        connection.close()

    act()
    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def timed(act: Callable[[], object], done: Callable[[], bool]) -> float:
    began = time.monotonic()
    act()
    until(done)
    return time.monotonic() - began


def until(holds: Callable[[], bool], every: float = 0.1) -> None:
    end = time.monotonic() + LONGEST
    while not holds():
        if time.monotonic() > end:
            sys.exit("bench.listings: it did not come to its end, see var/bench/bench-partners.log")
        time.sleep(every)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def show_delays(report: Report, what: str, delays: list[float]) -> None:
    report.add(what, p50=quantile(delays, 0.5), p99=quantile(delays, 0.99), changes=len(delays))


if __name__ == "__main__":
    sys.exit(main())
