"""The nineteen known ways in which a connector fails. Those that have a file of their own are named here.

1 worker dies between answer and commit: tests/faults/test_killed_at_every_point.py
2 answer lost after the partner applied it, 6 rubbish with 200, 8 half of a batch refused, 9 listing deleted or
edited by the partner's staff, 10 product deleted here, 14 credentials revoked, 18 quantity that returns to an
earlier value, 19 connector switched off with rows due: every_mall/test_goods.py
5 Redis emptied, while a worker is at it: tests/faults/test_sync_survives.py
8 of a mall of receipts: test_receipts.py; 10 refused by the mall: test_strangers.py
11 order with an unknown item, 12 order for the last unit sold or held here: test_partner_orders.py, and both
at once: tests/races/test_last_unit_here_and_there.py
16 empty page with a next cursor: test_drift_report.py, of orders test_orders_in_their_turn.py, as is 7 of orders
"""

import datetime
import json
import threading

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Sku
from kmall.celery import app
from orders.models import Order
from partners import inbound, pace, sync, tasks
from partners.connectors import connect
from partners.models import Call, CategoryMap, Listing, PartnerMall, PartnerOrder
from partners.said import said
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, hurry, work_orders
from tests.partners.mall import signed
from tests.partners.selling import buy, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    return product


def title(sandbox, product):
    return sandbox.state()["items"][f"P{product.pk}"]["content"]["title"]


def test_3_an_older_message_arrives_last(sandbox, mall, product, monkeypatch):
    """A worker waits with its batch until its lease is over; another has sent what is newer by then."""
    waits, wait = [], pace.wait_for_turn

    def late(partner, **limits):
        if not waits:
            waits.append(partner)
            hurry(mall)
            changed(product, "text", name_zh_hans="新的 精华液")
            sync.step(mall, connect(mall), quick=False)
        return wait(partner, **limits)

    changed(product, "text", name_zh_hans="旧的 精华液")
    monkeypatch.setattr("partners.pace.wait_for_turn", late)
    sync.step(mall, connect(mall), quick=False)
    assert title(sandbox, product) == "新的 精华液"
    last = json.loads(said(Call.objects.filter(kind="upsert").latest("pk").answered))
    assert [result["result"] for result in last["data"]["results"]] == ["stale"], "it did go out, and last"
    row = Listing.objects.get()
    assert (row.outcome, row.confirmed_version, row.due_full) == ("accepted", row.version, False)
    converge(mall)
    assert title(sandbox, product) == "新的 精华液"
    assert Listing.objects.get().is_shown


@pytest.mark.django_db(transaction=True)
def test_4_the_same_notice_ten_times_at_once(sandbox, mall, product):
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    raw, answers, line = json.dumps(bought).encode(), [], threading.Barrier(10)

    def notify():
        query = signed("igm.order.changed", raw)
        line.wait()
        url = reverse("links:notice", args=["igetmall"])
        answers.append(
            Client().post(url, raw, content_type="application/json", query_params=query).json()["code"]
        )
        work_orders()
        connection.close()

    threads = [threading.Thread(target=notify) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["OK"] * 10
    assert (PartnerOrder.objects.count(), Order.objects.count()) == (1, 1)
    assert product.skus.get().stock.on_hand == 9


def test_5_what_an_emptied_redis_forgot_the_sweep_finds(sandbox, mall, product, monkeypatch):
    bought = buy(sandbox, product)
    inbound.receive(mall, bought, came_by="notice")
    changed(product, "text", name_zh_hans="清空之后 精华液")
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: app.tasks[name](*args))
    tasks.sweep()
    assert title(sandbox, product) == "清空之后 精华液"
    assert told(sandbox, bought)["state"] == "confirmed"


def test_7_a_limit_of_an_hour_burns_no_try(sandbox, mall, product):
    changed(product, "text", name_zh_hans="改名 精华液")
    sandbox.fault("limited", 1, 3600)
    hurry(mall)
    sync.sync(mall)
    row = Listing.objects.get()
    assert (row.attempts, row.outcome) == (0, "ok")
    assert 3500 < (row.next_try_at - timezone.now()).total_seconds() <= 3600
    assert not pace.wait_for_turn(mall), "nobody else calls meanwhile"


def test_13_a_price_that_changed_between_the_sale_there_and_our_pull(sandbox, mall, product):
    """The shopper paid what the mall showed: the order is placed at that."""
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    Sku.objects.filter(product=product).update(price_krw=99_000)
    changed(product, "price")
    inbound.pull(mall)
    work_orders()
    assert Order.objects.get().total_fen == bought["paid_fen"]


def test_15_a_category_that_the_partner_renamed(sandbox, mall, product):
    row = CategoryMap.objects.get(partner=mall)
    remote, row.remote_code = row.remote_code, "beauty-old-name"
    row.save()
    changed(product, "text", name_zh_hans="改名 精华液")
    hurry(mall)
    sync.sync(mall)
    listing = Listing.objects.get()
    assert (listing.outcome, listing.error_code, listing.error_field) == (
        "refused",
        "UNKNOWN_CATEGORY",
        "category",
    )
    row.remote_code = remote
    row.save()
    changed(product, "text")
    converge(mall)
    assert title(sandbox, product) == "改名 精华液"


@pytest.mark.parametrize("seconds", [-900, 900])
def test_17_a_clock_that_differs_is_signed_by_from_then_on(sandbox, mall, product, seconds):
    changed(product, "text", name_zh_hans="改名 精华液")
    sandbox.fault("skew", 1000, seconds)
    converge(mall)
    assert title(sandbox, product) == "改名 精华液"
    codes = {call: count for call, count in sandbox.state()["calls"].items() if "TIMESTAMP" in call}
    assert sum(codes.values()) == 1, "it learnt from the first"
    sandbox.fault("skew", 0)
    changed(product, "text", name_zh_hans="又改 精华液")
    converge(mall)
    assert title(sandbox, product) == "又改 精华液"


def test_17_orders_are_asked_for_by_the_clock_of_a_mall_that_is_behind(sandbox, mall, product):
    """Else one that it dates into our past would be listed by no pull."""
    sandbox.fault("skew", 1000, -900)
    bought = sandbox.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=1)
    for _ in range(2):  # it learns from the first
        inbound.pull(mall)
    assert PartnerOrder.objects.get().remote_id == bought["order_id"]
    began = datetime.datetime.fromisoformat(PartnerMall.objects.get().order_cursor)
    mall.refresh_from_db()
    inbound.pull(mall)
    asked = json.loads(said(Call.objects.filter(kind="orders", outcome="ok").latest("pk").sent))["since"]
    back = began - inbound.OVERLAP - datetime.datetime.fromisoformat(asked)
    assert round(back.total_seconds() / 60) == 15
