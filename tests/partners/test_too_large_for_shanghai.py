"""What is too large for the mall of Shanghai, or it says so, goes in less or holds up nothing else."""

import datetime
import json

import pytest
from django.utils import timezone

from partners import inbound
from partners.connectors import connect
from partners.look import look_up
from partners.models import Call, FaultyFile, Listing, PartnerMall, PartnerOrder
from tests.factories.partners import listable
from tests.partners.liar import Reply
from tests.partners.selling import buy
from tests.partners.test_strange_answers import through

pytestmark = pytest.mark.django_db
TOO_LARGE = Reply(
    413,
    json.dumps({"code": "TOO_LARGE", "message": ""}).encode(),
    {"Content-Type": "application/json"},
)


def faulty(mall, number, name):
    """A file of orders with so many bad cells."""
    faults = [
        {"line": n, "column": "province", "code": "BAD_VALUE", "text": "省" * 60}
        for n in range(1, number + 1)
    ]
    return FaultyFile.objects.create(partner=mall, name=name, digest="0", faults=faults)


def test_the_faults_of_a_long_file_are_told_in_as_many_files_as_it_takes(shanghai, pujiang):
    """One of 1.3 MB was refused again and again, and so was told what is wrong with no other file."""
    faulty(shanghai, 6000, "orders-000001.csv")
    faulty(shanghai, 1, "orders-000002.csv")
    for _ in range(2):
        inbound.pull(shanghai)
    assert not FaultyFile.objects.filter(told_at=None).exists()
    told = [(name, int(line)) for name, line, *_rest in pujiang.state()["faulty"]]
    assert told == [("orders-000001.csv", n) for n in range(1, 6001)] + [("orders-000002.csv", 1)]
    assert PartnerMall.objects.get().breaker_failures == 0


def test_an_order_file_that_is_too_large_to_be_given_holds_up_no_other(shanghai, pujiang):
    """It is read again for an hour, and KITA and the mall see it, which drops it anew in less."""

    def lie(call, ask):
        return TOO_LARGE if call.path.endswith("orders-000001.csv") else ask(call)

    buy(pujiang, listable(on_hand=5))
    second = buy(pujiang, listable(on_hand=5))["order_id"]
    before = (timezone.now() - datetime.timedelta(minutes=20)).isoformat()
    for cursor in ("", before):
        PartnerMall.objects.update(order_cursor=cursor)
        through(pujiang, lie, inbound.pull)
    assert list(PartnerOrder.objects.values_list("remote_id", flat=True)) == [second]
    assert [fault["code"] for fault in FaultyFile.objects.get().faults] == ["NOT_WHOLE"]
    assert pujiang.state()["faulty"] == [["orders-000001.csv", 1, "", "NOT_WHOLE", ""]]
    assert PartnerMall.objects.get().breaker_failures == 0


def test_a_look_for_more_than_the_mall_takes_is_cut_and_counts_for_nothing(shanghai, pujiang):
    now, goods = timezone.now(), [listable().pk for _ in range(4)]
    Listing.objects.filter(partner=shanghai).delete()
    Listing.objects.bulk_create(
        Listing(partner=shanghai, product_id=pk, next_try_at=now, due_full=False, look_at=now) for pk in goods
    )

    def lie(call, ask):
        many = call.path == "/export/items" and len(json.loads(call.raw)["out_ids"]) > 1
        return TOO_LARGE if many else ask(call)

    def work(mall):
        for _ in range(3):
            look_up(mall, connect(mall))

    through(pujiang, lie, work)
    said = list(Call.objects.order_by("pk").values_list("outcome", "listings"))
    assert said == [("toolarge", 4), ("toolarge", 2), ("ok", 1)]
    assert PartnerMall.objects.get().breaker_failures == 0


def test_a_file_of_which_nothing_can_be_taken_is_no_empty_poll(shanghai, pujiang):
    pujiang.operate("/operator/files/", text="order_id,nothing\r\nX1,2\r\n")
    inbound.pull(shanghai)
    assert Call.objects.filter(kind="orders", outcome="ok").exists()
