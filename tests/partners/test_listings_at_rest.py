"""No listing rests in an error, and none is forgotten by the looks: each is looked at again, or somebody is named."""

import pytest

from catalog.models import Sku
from partners.connectors import connect
from partners.connectors.connector import Page, Shown
from partners.connectors.igetmall import IGetMall
from partners.look import look_again_at_stalest, look_up
from partners.models import Call, Listing
from partners.reconcile import reconcile
from partners.sync import sync
from tests.factories.partners import changed, listable
from tests.partners.convergence import converge, hurry

pytestmark = pytest.mark.django_db


def trickle(mall, **options):
    """What beat does each minute."""
    look_again_at_stalest(mall, **options)
    look_up(mall, connect(mall))


def at_rest(**of):
    """Outcome of the one listing, of which nothing is due."""
    row = Listing.objects.get(**of)
    assert not row.is_due
    return row.outcome


@pytest.fixture
def product(mall):
    product = listable(name_zh_hans="原名 精华液")
    changed(product, "state")
    return product


@pytest.mark.parametrize(("fault", "outcome"), [("busy", "failed"), ("rubbish", "unknown")])
def test_a_change_that_failed_and_was_taken_back_is_well_again(sandbox, mall, product, fault, outcome):
    converge(mall)
    changed(product, "text", name_zh_hans="改名 精华液")
    sandbox.fault(fault)
    sync(mall)
    assert Listing.objects.get().outcome == outcome
    changed(product, "text", name_zh_hans="原名 精华液")
    converge(mall)
    trickle(mall)
    assert at_rest() == "ok"
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["title"] == "原名 精华液"


@pytest.mark.parametrize(("fault", "outcome"), [("busy", "failed"), ("rubbish", "unknown")])
def test_what_failed_to_come_and_is_not_wanted_any_more_is_as_if_never_sent(
    sandbox, mall, product, fault, outcome
):
    sandbox.fault(fault)
    sync(mall)
    assert Listing.objects.get().outcome == outcome
    changed(product, "state", state="withdrawn")
    converge(mall)
    trickle(mall)
    converge(mall)
    assert at_rest() in ("none", "ok")
    assert not [item for item in sandbox.state()["items"].values() if item["state"] == "shown"]


def test_what_came_to_nothing_costs_no_call_later(sandbox, mall, product):
    converge(mall)
    changed(product, "text", name_zh_hans="改名 精华液")
    sandbox.fault("busy")
    sync(mall)
    changed(product, "text", name_zh_hans="原名 精华液")
    converge(mall)
    trickle(mall)
    calls = Call.objects.count()
    changed(product, "text")
    sync(mall)
    assert Call.objects.count() == calls


def test_a_text_that_never_came_is_forgotten_once_a_look_saw_the_price_that_went_out(sandbox, mall, product):
    converge(mall)
    changed(product, "text", name_zh_hans="改名 精华液")
    sandbox.fault("busy")
    sync(mall)
    changed(product, "text", name_zh_hans="原名 精华液")
    Sku.objects.update(price_krw=21_000)
    changed(product, "price")
    converge(mall)
    calls = Call.objects.count()
    for _ in range(2):
        changed(product, "text")
        converge(mall)
    assert Call.objects.count() == calls


def test_the_trickle_comes_to_all_though_some_are_never_seen(mall, monkeypatch):
    """Of two, the first was seen longest ago, and is refused there whenever it is looked at."""
    refused, other = listable(), listable()
    for product in (refused, other):
        changed(product, "state")
    converge(mall)
    look, names = IGetMall.look, []

    def refusing(self, out_ids):
        names.extend(out_ids)
        return [
            Shown(row.out_id, row.remote_id, "refused", row.version, code="REVIEW")
            if row.out_id == f"P{refused.pk}" else row for row in look(self, out_ids)
        ]  # fmt: skip

    monkeypatch.setattr(IGetMall, "look", refusing)
    for _ in range(4):
        trickle(mall, count=1)
    assert names == [f"P{refused.pk}", f"P{other.pk}"] * 2


def test_what_a_look_confirmed_is_missed_when_it_is_gone(sandbox, mall, product, monkeypatch):
    """Its answer was lost, a look found it there; the next pass does not meet it."""
    sandbox.fault("rubbish")
    sync(mall)
    hurry(mall)
    look_up(mall, connect(mall))
    converge(mall)
    assert at_rest() == "ok"
    monkeypatch.setattr(IGetMall, "walk", lambda self, cursor: Page())
    assert reconcile(mall) == {"asked for": 1}
