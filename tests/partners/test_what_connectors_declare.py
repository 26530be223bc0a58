"""What a connector says that it can do is what it has, and what the desk shows of its mall."""

import pytest
from django.urls import reverse

from partners.admin.setup.connector import CAN
from partners.connectors import SHIPPED, connect, profile
from tests.factories.partners import ningbo_mall, partner_mall, shanghai_mall
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
MALLS = {"igetmall": partner_mall, "ningbo": ningbo_mall, "shanghai": shanghai_mall}
METHODS = {
    "send": {"upsert", "offer", "withdraw", "look", "walk"},
    "feed": {"upsert", "offer", "withdraw", "look", "walk", "admit", "seal"},
    "receipts": {"collect"},
    "digests": {"digests", "between", "total"},
    "orders": {"orders", "confirm", "refuse", "ship"},
    "notices": {"notice"},
    "refunds": {"refund"},
    "requests": {"answer"},
    "statements": {"statement"},
    "categories": {"categories"},
}
NAMES = [point.name for point in SHIPPED]


@pytest.mark.parametrize("name", NAMES)
def test_it_has_what_it_declares_and_declares_what_it_has(name):
    connector, can = connect(MALLS[name]()), profile(name).can
    assert set(can) <= set(CAN), "each in words at the choice of a connector"
    for ability in can:
        assert all(hasattr(connector, method) for method in METHODS[ability]), ability
    for ability in ("receipts", "digests", "requests", "statements", "categories"):
        assert (ability in can) == all(hasattr(connector, method) for method in METHODS[ability]), ability
    assert ("receipts" in can) == (connector.receipt_seconds > 0)


@pytest.mark.parametrize("name", NAMES)
def test_the_desk_shows_what_belongs_to_it_and_nothing_else(name, client):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    mall, can = MALLS[name](), profile(name).can
    (card,) = client.get(reverse("admin:partners_partnermall_changelist")).context["malls"]
    facts = {what: url for what, _words, url in card["facts"]}
    assert ("Cancels and returns" in facts, "Daily statements" in facts) == (
        "requests" in can,
        "statements" in can,
    )
    month = client.get(reverse("admin:partners_statement_month")).context
    assert (month["malls"], bool(month["can_fetch"])) == (
        ([mall], True) if "statements" in can else ([], False)
    )
    assert all(client.get(url).status_code == 200 for url in facts.values() if url)


def test_what_is_missing_is_fetched_by_a_button(client, monkeypatch):
    woken = []
    monkeypatch.setattr("partners.wake.app.send_task", lambda task, args, **_: woken.append((task, args)))
    mall = partner_mall()
    client.force_login(kita_officer())
    url = reverse("admin:partners_statement_missing", args=[mall.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert woken == [("partners.tasks.fetch_statements_of", (mall.pk,))]
