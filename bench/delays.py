"""How long a change takes from its commit until a partner's page shows it."""

import time
import urllib.parse
from decimal import Decimal

from django.db import transaction

from bench.load import Report
from bench.stands import Stand
from bench.steering import is_at_rest, pause, repeated, start, until
from catalog.models import Product
from catalog.signals import product_changed
from partners.mark import mark_changed, send_again
from partners.models import Listing, PartnerMall
from partners.select import chosen

SEEN_P50, SEEN_P99 = 1.0, 3.0  # seconds
MOST_BESIDE_A_HANG = 1.1


def measure_live(report, partner: PartnerMall, stand: Stand, small: PartnerMall, changes: int) -> None:
    """Commit to visible at one partner while another is synced whole, over and over."""
    start(small)
    until(lambda: is_at_rest(small))
    start(partner)
    with repeated(lambda: send_again(Listing.objects.held_there().filter(partner=partner), actor=None)):
        delays = seen_after(stand, small, changes)
    until(lambda: is_at_rest(partner))
    show_delays(report, "commit to visible, another partner synced whole", delays)
    report.target("commit-to-visible-p50-seconds", quantile(delays, 0.5), "<=", SEEN_P50)
    report.target("commit-to-visible-p99-seconds", quantile(delays, 0.99), "<=", SEEN_P99)


def measure_hang(
    report, stand: Stand, hanging: PartnerMall, seen: Stand, small: PartnerMall, changes: int
) -> None:
    """The delay at one partner while another takes calls and never answers, and while it is paused.

    It is called with prices that it does not have; what it has costs no call, and nothing would hang.
    """
    PartnerMall.objects.filter(pk=hanging.pk).update(price_factor=Decimal("1.1"))
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


def seen_after(stand: Stand, partner: PartnerMall, changes: int) -> list[float]:
    """Seconds from the commit of a new title until the mall's page shows it, for so many changes in turn.

    The clock starts just before the commit, which wakes the workers too.
    """
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


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def show_delays(report: Report, what: str, delays: list[float]) -> None:
    report.add(what, p50=quantile(delays, 0.5), p99=quantile(delays, 0.99), changes=len(delays))
