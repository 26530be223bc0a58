"""Items at a mall that are none of ours: in the drift report until they are gone, whatever the mall answers."""

import pytest
from django.urls import reverse

from partners import tasks
from partners.connectors import connect
from partners.connectors.connector import Item, Misfit, Unknown
from partners.connectors.igetmall import IGetMall
from partners.models import Drift, PartnerMall
from partners.reconcile import reconcile
from tests.factories.partners import changed, listable
from tests.factories.people import kita_officer
from tests.partners.convergence import converge
from tests.partners.ningbo import goods, put

pytestmark = pytest.mark.django_db
NAMES = ["X1", "X2"]


@pytest.fixture
def strangers(sandbox, mall):
    """One item of ours, and two of somebody else's like it."""
    product = listable()
    changed(product, "state")
    converge(mall)
    ours = sandbox.state()["items"][f"P{product.pk}"]
    connect(mall).upsert([Item(name, 1, name, ours["content"], ours["offer"]) for name in NAMES])


def reported():
    """Whether each is mended, and why not."""
    rows = Drift.objects.order_by("out_id", "pk")
    return [(row.out_id, row.finding, bool(row.mended_at), row.error_code) for row in rows]


def states(sandbox):
    return [sandbox.state()["items"][name]["state"] for name in NAMES]


def test_one_that_the_mall_will_not_take_off_stays_open_and_is_tried_by_the_next_pass(
    sandbox, mall, strangers
):
    sandbox.fault("half", 1)
    reconcile(mall)
    assert reported() == [("X1", "stranger", True, ""), ("X2", "stranger", False, "REVIEW")]
    assert states(sandbox) == ["withdrawn", "shown"]
    reconcile(mall)
    assert [(name, is_mended) for name, _finding, is_mended, _code in reported()] == [
        ("X1", True),
        ("X2", True),
    ]
    assert states(sandbox) == ["withdrawn", "withdrawn"]


def test_kita_reads_why_it_is_still_there(sandbox, mall, strangers, client):
    sandbox.fault("half", 1)
    reconcile(mall)
    officer = kita_officer()
    type(officer).objects.filter(pk=officer.pk).update(language="en")
    client.force_login(officer)
    page = client.get(reverse("admin:partners_drift_changelist"), {"open": "1"}).content.decode()
    assert (">X1<" in page, ">X2<" in page) == (False, True)
    assert "not mended yet" in page
    assert "reviewers hold it back" in page
    one = client.get(reverse("admin:partners_drift_change", args=[Drift.objects.get(out_id="X2").pk]))
    assert "人工审核未通过" in one.content.decode()


@pytest.mark.parametrize(
    ("fault", "code"), [(Unknown("no answer"), "UNREACHABLE"), (Misfit("what?"), "NOT_UNDERSTOOD")]
)
def test_a_call_that_fails_is_told_and_holds_up_nothing_else(
    sandbox, mall, strangers, monkeypatch, fault, code
):
    def failing(self, items):
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(IGetMall, "withdraw", failing)
        assert reconcile(mall) == {"seen": 1}
    assert reported() == [(name, "stranger", False, code) for name in NAMES]
    assert PartnerMall.objects.get().reconciled_at
    reconcile(mall)
    assert [is_mended for _name, _finding, is_mended, _code in reported()] == [True, True]


def test_one_that_is_there_although_the_mall_said_yes_is_not_mended(sandbox, mall, strangers):
    sandbox.fault("lose", 1)
    reconcile(mall)
    assert reported() == [(name, "stranger", False, "") for name in NAMES]
    reconcile(mall)
    assert (states(sandbox), {row.mended_at is None for row in Drift.objects.all()}) == (
        ["withdrawn", "withdrawn"],
        {False},
    )


def test_one_of_which_the_mall_says_nothing_is_not_mended(sandbox, mall, strangers, monkeypatch):
    monkeypatch.setattr(IGetMall, "withdraw", lambda self, items: [])
    reconcile(mall)
    assert reported() == [(name, "stranger", False, "UNKNOWN_OUTCOME") for name in NAMES]


def test_digests_find_and_try_them_too(sandbox, mall, strangers):
    sandbox.fault("half", 1)
    tasks.compare_digests_of(mall.pk)
    assert [is_mended for _name, _finding, is_mended, _code in reported()] == [True, False]
    tasks.compare_digests_of(mall.pk)
    assert [is_mended for _name, _finding, is_mended, _code in reported()] == [True, True]


def test_one_that_became_ours_is_none_any_more(sandbox, mall, strangers):
    product = listable()
    row = Drift.objects.create(partner=mall, out_id=f"P{product.pk}", finding="stranger")
    changed(product, "state")
    converge(mall)
    reconcile(mall)
    row.refresh_from_db()
    assert row.mended_at
    assert sandbox.state()["items"][f"P{product.pk}"]["state"] == "shown"


@pytest.mark.parametrize(
    ("name", "rows"), [("X" * 500, 2), ("X" * 501, 1), ("X\0", 1)], ids=["long", "too long", "odd"]
)
def test_a_long_name_is_reported_and_one_that_no_row_has_room_for_holds_up_nobody(
    sandbox, mall, strangers, monkeypatch, name, rows
):
    walk = IGetMall.walk

    def odd(self, cursor):
        page = walk(self, cursor)
        object.__setattr__(page.rows[-1], "out_id", name)
        return page

    monkeypatch.setattr(IGetMall, "walk", odd)
    reconcile(mall)
    told = [("X1", "stranger", True, ""), (name, "stranger", True, "BAD_ID")]
    assert (states(sandbox), reported()) == (["withdrawn", "shown"], told[:rows])


@pytest.fixture
def strangers_there(yonggou, ningbo):
    """The same at a mall that tells later what became of it."""
    put(yonggou, *(goods(name) for name in NAMES))
    connect(ningbo).look(NAMES)  # it works through what it took in at the next call


def test_what_a_receipt_says_against_it_is_told_as_well(yonggou, ningbo, strangers_there):
    yonggou.fault("half", 1)
    reconcile(ningbo)
    assert reported() == [("X1", "stranger", True, ""), ("X2", "stranger", False, "REVIEW")]
    reconcile(ningbo)
    assert [is_mended for _name, _finding, is_mended, _code in reported()] == [True, True]
    assert {yonggou.state()["items"][name]["state"] for name in NAMES} == {"off"}


def test_one_whose_receipt_is_not_there_yet_is_not_mended(yonggou, ningbo, strangers_there):
    yonggou.fault("mute", 1)
    reconcile(ningbo)
    assert reported() == [(name, "stranger", False, "") for name in NAMES]
    reconcile(ningbo)
    assert [is_mended for _name, _finding, is_mended, _code in reported()] == [True, True]
