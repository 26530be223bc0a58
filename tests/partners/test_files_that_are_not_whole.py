"""A file of orders or requests that is not what its digest says: the others do not wait for it."""

import datetime

import pytest
from django.utils import timezone

from partners import inbound
from partners.connectors.connector import Misfit
from partners.connectors.shanghai.calls import Calls
from partners.models import FaultyFile, PartnerMall, PartnerOrder, PartnerRequest
from tests.factories.partners import listable
from tests.partners.convergence import pull_orders
from tests.partners.selling import asked, buy

pytestmark = pytest.mark.django_db
read = Calls.read


def half(calls, address):
    return read(calls, address)[:-9] if address.endswith(".csv") else read(calls, address)


def without_digest(calls, address):
    if address.endswith(".sha256"):
        raise Misfit("NOT_FOUND", status=404)
    return read(calls, address)


@pytest.fixture
def spoil(monkeypatch):
    """Spoil a file by its name, or none."""

    def spoil(name, spoiled=half):
        def found(calls, address):
            return (spoiled if name and name in address and "?" not in address else read)(calls, address)

        monkeypatch.setattr(Calls, "read", found)

    return spoil


def pull(mall, *, minutes=0):
    """A pull, so many minutes after the last."""
    mall.refresh_from_db()
    if minutes:
        mall.order_cursor = (timezone.now() - datetime.timedelta(minutes=minutes)).isoformat()
        mall.save()
    inbound.pull(mall)
    mall.refresh_from_db()
    return mall.order_cursor


def came():
    return set(PartnerOrder.objects.values_list("remote_id", flat=True))


@pytest.mark.parametrize("spoiled", [half, without_digest])
def test_the_other_files_are_taken_and_it_is_read_again(shanghai, pujiang, spoil, spoiled):
    held = pull(shanghai)
    spoil("orders-000001", spoiled)
    first, second = (buy(pujiang, listable(on_hand=5))["order_id"] for _ in range(2))
    assert pull(shanghai) == held
    assert (came(), FaultyFile.objects.count()) == ({second}, 0)
    assert PartnerMall.objects.get().breaker_failures == 0
    spoil("")
    assert pull(shanghai) > held
    assert came() == {first, second}


def test_what_shoppers_ask_is_heard_meanwhile(shanghai, pujiang, spoil):
    bought = buy(pujiang, listable(on_hand=5))
    pull_orders(shanghai)
    buy(pujiang, listable(on_hand=5))
    spoil("orders-000002")
    asked(pujiang, bought)
    pull_orders(shanghai)
    assert PartnerRequest.objects.get().order.remote_id == bought["order_id"]


def test_kita_and_the_mall_hear_of_one_that_stays_so(shanghai, pujiang, spoil):
    buy(pujiang, listable(on_hand=5))
    spoil("orders-000001")
    pull(shanghai, minutes=4)
    assert not FaultyFile.objects.exists()
    pull(shanghai, minutes=6)
    file = FaultyFile.objects.get()
    assert (file.name, file.faults[0]["code"], file.told_at is None) == (
        "orders-000001.csv",
        "NOT_WHOLE",
        False,
    )
    last = pull(shanghai, minutes=60 * 48)
    assert timezone.now() - datetime.datetime.fromisoformat(last) < datetime.timedelta(minutes=62)
