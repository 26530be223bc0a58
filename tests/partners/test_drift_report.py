"""The daily pass over all that a mall shows: where it goes on, what it concludes, what it reports."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.connectors import connect
from partners.connectors.connector import Item, Page, Transient
from partners.connectors.igetmall import IGetMall
from partners.models import Drift, Listing
from partners.reconcile import reconcile
from tests.factories.people import kita_officer
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


def test_what_was_edited_there_is_reported_until_it_is_mended(sandbox, mall, goods):
    sandbox.operate("/operator/items/edit/", out_id=f"P{goods[0].pk}", title="被改的标题")
    reconcile(mall)
    reconcile(mall)
    drift = Drift.objects.get()
    assert (drift.finding, drift.listing.product, drift.mended_at) == ("different", goods[0], None)
    converge(mall)
    drift.refresh_from_db()
    assert drift.mended_at


def test_what_was_removed_there_is_asked_for_by_name_before_it_counts_as_missing(sandbox, mall, goods):
    sandbox.operate("/operator/items/remove/", out_id=f"P{goods[0].pk}")
    reconcile(mall)
    converge(mall)
    assert list(Drift.objects.values_list("finding", "out_id")) == [("missing", f"P{goods[0].pk}")]
    assert sandbox.state()["items"][f"P{goods[0].pk}"]["state"] == "shown"


def test_an_item_that_slips_between_two_pages_is_no_drift(mall, goods, small_pages, monkeypatch):
    walk = IGetMall.walk

    def skipping(self, cursor):
        page = walk(self, cursor)
        return Page(page.rows[1:], page.cursor) if cursor == "2" else page

    monkeypatch.setattr(IGetMall, "walk", skipping)
    assert reconcile(mall)["asked for"] == 1
    versions = list(Listing.objects.values_list("version", flat=True))
    converge(mall)
    assert not Drift.objects.exists()
    assert list(Listing.objects.values_list("version", flat=True)) == versions


def test_a_pass_that_was_cut_off_goes_on_where_it_stood(mall, goods, small_pages, monkeypatch):
    walk = IGetMall.walk

    def failing(self, cursor):
        if cursor == "2":
            raise Transient("away", status=503)
        return walk(self, cursor)

    monkeypatch.setattr(IGetMall, "walk", failing)
    with pytest.raises(Transient):
        reconcile(mall)
    monkeypatch.setattr(IGetMall, "walk", walk)
    assert reconcile(mall) == {"seen": 3}
    assert small_pages == ["", "2", "4"]
    mall.refresh_from_db()
    assert (mall.walk_cursor, mall.walk_began_at) == ("", None)
    assert mall.reconciled_at


def test_an_old_pass_is_begun_anew(mall, goods, small_pages):
    type(mall).objects.update(walk_cursor="4", walk_began_at=timezone.now() - datetime.timedelta(hours=7))
    assert reconcile(mall) == {"seen": 5}


@pytest.mark.parametrize("further", ["again", "elsewhere", "the same under another cursor"])
def test_a_pass_ends_on_an_empty_or_a_repeated_page(mall, goods, monkeypatch, further):
    whole, asked = IGetMall.walk, []

    def endless(self, cursor):
        asked.append(cursor)
        assert len(asked) < 9
        rows = [] if further == "elsewhere" and cursor else whole(self, "").rows
        return Page(rows, "again" if further == "again" else f"{len(asked)}")

    monkeypatch.setattr(IGetMall, "walk", endless)
    reconcile(mall)
    assert len(asked) == 2
    converge(mall)
    assert not Drift.objects.exists()


def test_an_item_that_is_none_of_ours_is_reported_as_taken_off(sandbox, mall, goods):
    name = f"P{goods[0].pk}"
    Listing.objects.filter(product=goods[0]).delete()
    goods[0].skus.all().delete()
    goods[0].delete()
    reconcile(mall)
    drift = Drift.objects.get()
    assert (drift.finding, drift.out_id, bool(drift.mended_at)) == ("stranger", name, True)


def test_every_item_that_another_put_there_is_taken_off(sandbox, mall, goods):
    connector, shown = connect(mall), sandbox.state()["items"][f"P{goods[0].pk}"]
    names = ["X1", "X2", f"P0{goods[0].pk}"]
    connector.upsert([Item(name, 1, name, shown["content"], shown["offer"]) for name in names])
    reconcile(mall)
    states = {name: item["state"] for name, item in sandbox.state()["items"].items()}
    assert {states[name] for name in names} == {"withdrawn"}
    assert states[f"P{goods[0].pk}"] == "shown"
    assert set(Drift.objects.values_list("out_id", flat=True)) == set(names)


def test_kita_reads_the_report_at_the_desk(sandbox, mall, goods):
    sandbox.operate("/operator/items/edit/", out_id=f"P{goods[0].pk}", title="被改的标题")
    reconcile(mall)
    client = Client()
    client.force_login(kita_officer())
    page = client.get(reverse("admin:partners_drift_changelist"), {"open": "1"}).content.decode()
    assert goods[0].name_ko in page
    converge(mall)
    page = client.get(reverse("admin:partners_drift_changelist"), {"open": "1"}).content.decode()
    assert goods[0].name_ko not in page


def test_items_that_we_lost_are_taken_over_by_as_many_queries_however_many(mall, goods):
    """Our rows are gone, as after a backup was restored; the products are there and on sale."""

    def queries(*lost):
        Listing.objects.filter(product__in=lost).delete()
        with CaptureQueriesContext(connection) as asked:
            reconcile(mall)
        converge(mall)
        return len(asked)

    assert queries(goods[0]) == queries(*goods[1:])
    assert Listing.objects.filter(is_shown=True).count() == 5
