from django.db.models import Q
from django.utils import timezone

from partners import breaker, inbound
from partners.connectors import connect
from partners.look import look_up
from partners.models import Listing, PartnerOrder, Receipt
from partners.receipts import collect
from partners.sync import sync


def hurry(mall):
    """Let all waits be over: retries, leases of dead workers, receipts, looks, the breaker's pause."""
    now, of_mall = timezone.now(), {"partner": mall}
    for wait in ("next_try_at", "look_at", "leased_until"):
        Listing.objects.filter(**of_mall, **{f"{wait}__gt": now}).update(**{wait: now})
    Receipt.objects.filter(Q(ask_at__gt=now) | Q(late_at__gt=now), **of_mall).update(ask_at=now, late_at=now)
    type(mall).objects.filter(pk=mall.pk).exclude(**breaker.CLOSED).update(**breaker.CLOSED)


def converge(mall, mall_reads=lambda: None, rounds=40):
    """Sync, let a mall read that reads by itself, fetch receipts and look until nothing is due any more."""
    for _ in range(rounds):
        hurry(mall)
        sync(mall)
        mall_reads()
        hurry(mall)
        collect(mall, connect(mall))
        hurry(mall)
        look_up(mall, connect(mall))
        open_rows = Listing.objects.filter(partner=mall).filter(
            Q(due_full=True) | Q(due_stock=True) | Q(look_at__isnull=False)
        )
        if not open_rows.exists() and not Receipt.objects.filter(partner=mall).exists():
            return
    raise AssertionError(f"does not come to rest: {list(open_rows.values()[:2])}")


def work_orders():
    """What is due for the orders of every partner."""
    for partner_id in inbound.due_partners():
        inbound.work(partner_id)


def work_again():
    """The same with what waits for its next try."""
    PartnerOrder.objects.exclude(next_try_at=None).update(next_try_at=timezone.now())
    work_orders()


def pull_orders(mall):
    """The mall's orders as they stand are pulled, and all that waits is done."""
    inbound.pull(mall)
    work_again()
