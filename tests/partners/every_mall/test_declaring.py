"""What a connector says that it can do is what it has, and what the desk shows of its mall."""

import pytest
from django.urls import reverse

from partners.admin.setup.connector import CAN
from partners.connectors import connect
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
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


def test_it_has_what_it_declares_and_declares_what_it_has(played):
    connector, can = connect(played.open()), played.can
    assert set(can) <= set(CAN), "each in words at the choice of a connector"
    for ability in can:
        assert all(hasattr(connector, method) for method in METHODS[ability]), ability
    for ability in ("receipts", "digests", "notices", "refunds", "requests", "statements", "categories"):
        assert (ability in can) == all(hasattr(connector, method) for method in METHODS[ability]), ability
    assert ("receipts" in can) == (connector.receipt_seconds > 0)


def test_the_desk_shows_what_belongs_to_it_and_nothing_else(played, client):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    mall, can = played.open(), played.can
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
