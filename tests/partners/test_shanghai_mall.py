"""Pujiang Select over HTTP: it reads our feed, shows it, tells what it shows, drops orders as files."""

import csv
import io
import re

import pytest

from catalog import stock
from catalog.models import ExchangeRate, Sku
from orders.dispatch import send
from orders.models import Order
from partners import inbound
from partners.connectors import connect, profile
from partners.look import look_up
from partners.models import FaultyFile, Listing, PartnerOrder
from partners.pull_feed import build
from partners.reconcile import reconcile
from partners.sync import sync
from tests.factories.partners import changed, listable
from tests.partners import convergence
from tests.partners.convergence import hurry, work_orders
from tests.partners.test_shanghai_order_files import ROW, file

pytestmark = pytest.mark.django_db


def pull(pujiang, **whole):
    return pujiang.operate("/operator/pull/", **whole)


def converge(mall, pujiang):
    """The mall reads twice: the second time says what it keeps."""
    convergence.converge(mall, lambda: [pull(pujiang), pull(pujiang)])


@pytest.fixture
def product(shanghai, pujiang):
    product = listable(on_hand=5, name_zh_hans="淡温 积雪草精华液")
    changed(product, "state")
    converge(shanghai, pujiang)
    return product


def held(pujiang, product):
    return pujiang.state()["items"].get(f"P{product.pk}")


def test_what_the_mall_has_read_it_shows_and_we_know(pujiang, product):
    item, listing = held(pujiang, product), Listing.objects.get()
    assert (item["state"], item["content"]["title"]) == ("shown", "淡温 积雪草精华液")
    assert (listing.is_shown, listing.outcome, listing.remote_id) == (True, "ok", "PJ20000001")
    assert listing.seen_at >= listing.accepted_at
    assert "淡温 积雪草精华液" in pujiang.fetch("/korea/?c=meizhuang")


def test_a_search_there_is_for_what_stands_in_titles_and_brands(pujiang, product):
    found = {word: f"P{product.pk}" in pujiang.fetch(f"/korea/?page=9&q={word}") for word in (
        "%E7%A7%AF%E9%9B%AA", "%25", "title"
    )}  # fmt: skip
    assert found == {"%E7%A7%AF%E9%9B%AA": True, "%25": False, "title": False}


def test_categories_there_count_what_a_search_finds_and_the_operator_finds_by_titles(pujiang, product):
    def found(path, what):
        return re.findall(what, pujiang.fetch(path))

    chips = r'<a href="(/korea/[^"]*)"[^>]*>\S+ <small>(\d+)</small>'
    assert found("/korea/?q=%E7%BA%A2", chips) == [("/korea/?q=%E7%BA%A2", "0")]
    row = f"<tr><td>P{product.pk}</td>"
    operator = {
        word: bool(found(f"/operator/?q={word}", row)) for word in ("%E7%A7%AF%E9%9B%AA", "%25", "title")
    }
    assert operator == {"%E7%A7%AF%E9%9B%AA": True, "%25": False, "title": False}


def test_what_the_mall_has_not_read_is_pending_and_costs_no_call(shanghai, pujiang, product):
    calls = pujiang.state()["calls"]
    changed(product, "text", name_zh_hans="淡温 新款精华液")
    hurry(shanghai)
    sync(shanghai)
    hurry(shanghai)
    look_up(shanghai, connect(shanghai))
    listing = Listing.objects.get()
    assert (listing.due_full, listing.look_at is None, listing.looks) == (False, False, 1)
    assert pujiang.state()["calls"] == calls


def test_a_withdrawn_product_leaves_the_malls_page(shanghai, pujiang, product):
    changed(product, "state", state="withdrawn")
    converge(shanghai, pujiang)
    assert held(pujiang, product)["state"] == "withdrawn"
    assert reconcile(shanghai) == {}


def test_a_refusal_comes_later_names_its_field_and_waits_for_a_change(shanghai, pujiang, product):
    changed(product, "text", name_zh_hans="免税 精华液")
    Sku.objects.filter(product=product).update(price_krw=9000)
    converge(shanghai, pujiang)
    listing, item = Listing.objects.get(), held(pujiang, product)
    assert (listing.outcome, listing.error_code, listing.error_field) == (
        "refused",
        "FORBIDDEN_WORD",
        "title",
    )
    assert (item["content"]["title"], item["offer"]["skus"][0]["price_fen"]) == ("淡温 积雪草精华液", 5050)
    changed(product, "text")
    converge(shanghai, pujiang)
    assert held(pujiang, product)["version"] == item["version"], "the same was sent again"
    changed(product, "text", name_zh_hans="好价 精华液")
    converge(shanghai, pujiang)
    assert (Listing.objects.get().outcome, held(pujiang, product)["content"]["title"]) == (
        "ok",
        "好价 精华液",
    )


def test_a_silently_lost_item_is_found_and_sent_again(shanghai, pujiang, product):
    pujiang.fault("lose")
    other = listable()
    changed(other, "state")
    converge(shanghai, pujiang)
    assert held(pujiang, other)["state"] == "shown"


def test_an_edit_of_the_malls_staff_is_found_by_the_digest_of_its_page(shanghai, pujiang, product):
    build.build(shanghai.pk)
    assert reconcile(shanghai) == {"seen": 1}
    assert not [call for call in pujiang.state()["calls"] if "/export/pages/" in call]
    pujiang.operate("/operator/items/edit/", out_id=f"P{product.pk}", title="内部编辑 特惠")
    assert reconcile(shanghai) == {"different": 1}
    assert pujiang.state()["calls"]["GET /export/pages/meizhuang-hufu/1 OK"] == 1
    converge(shanghai, pujiang)
    assert held(pujiang, product)["content"]["title"] == "淡温 积雪草精华液"


def test_a_mall_that_lost_its_place_takes_the_full_feed(shanghai, pujiang, product):
    build.build(shanghai.pk)
    assert pull(pujiang, whole=1)["fetched"] == 1
    pujiang.fault("skip")
    again = pull(pujiang)
    assert (again["code"], again["pages"], again["fetched"], again["known"]) == ("OK", 1, 0, 1)


def test_a_damaged_part_is_not_taken(shanghai, pujiang, product):
    build.build(shanghai.pk)
    pujiang.fault("damage")
    assert pull(pujiang, whole=1)["code"] == "NOT_GENUINE"
    assert (held(pujiang, product)["state"], pull(pujiang, whole=1)["code"]) == ("shown", "OK")


def test_a_mall_whose_clock_is_wrong_is_told_and_reads_later(shanghai, pujiang, product):
    pujiang.fault("clock")
    assert [pull(pujiang)["code"], pull(pujiang)["code"]] == ["TIMESTAMP_EXPIRED", "OK"]


def test_a_restarted_mall_goes_on_where_it_was(shanghai, pujiang, product):
    position = pujiang.state()["position"]
    pujiang.stop()
    changed(product, "text", name_zh_hans="淡温 第二版")
    sync(shanghai)
    pujiang.start()
    assert (pujiang.state()["position"], pull(pujiang)["taken"]) == (position, 1)


def test_an_order_in_a_file_is_placed_answered_and_shipped_by_file(shanghai, pujiang, product):
    bought = pujiang.operate("/operator/orders/", out_id=f"P{product.pk}", quantity=2)
    for _ in range(2):
        inbound.pull(shanghai)
        work_orders()
    order = Order.objects.get()
    told = pujiang.state()["orders"][bought["order_id"]]
    assert (order.total_fen, told["state"], told["out_order_id"]) == (
        bought["paid_fen"],
        "confirmed",
        order.number,
    )
    send(consignment_id=order.consignments.get().pk, carrier="CJ", tracking_number="=1+1")
    work_orders()
    told = pujiang.state()["orders"][bought["order_id"]]
    (parcel,) = told["parcels"].values()
    assert (told["state"], parcel["tracking_number"], parcel["lines"][0]["quantity"]) == (
        "shipped",
        "=1+1",
        2,
    )


def test_the_same_file_under_another_number_is_the_same_orders(shanghai, pujiang, product):
    bought = pujiang.operate("/operator/orders/", out_id=f"P{product.pk}")
    pujiang.operate("/operator/files/repeat/", name=bought["file"])
    inbound.pull(shanghai)
    work_orders()
    assert (len(pujiang.state()["files"]), Order.objects.count(), PartnerOrder.objects.count()) == (2, 1, 1)


def test_an_order_called_off_before_it_was_answered_is_not_placed(shanghai, pujiang, product):
    bought = pujiang.operate("/operator/orders/", out_id=f"P{product.pk}")
    pujiang.operate("/operator/orders/cancel/", order_id=bought["order_id"])
    inbound.pull(shanghai)
    work_orders()
    assert (Order.objects.count(), PartnerOrder.objects.get().reason) == (0, "cancelled")


def test_bad_rows_are_kept_and_told_to_the_mall_once(shanghai, pujiang, product):
    sku = {"out_id": f"P{product.pk}", "out_sku_id": f"S{product.skus.get().pk}", "quantity": "1"}
    rows = [ROW | sku | {"order_id": f"X{n}", "paid": "148.38"} for n in range(1, 5)]
    rows[1] |= {"quantity": "两"}
    text = file(*rows, bom=False).decode()
    pujiang.operate("/operator/files/", text=text)
    for _ in range(2):
        inbound.pull(shanghai)
    unread = dict(PartnerOrder.objects.values_list("remote_id", "unread_field"))
    assert unread == {"X1": "", "X2": "quantity", "X3": "", "X4": ""}
    assert pujiang.state()["faulty"] == [["orders-000001.csv", 3, "quantity", "BAD_VALUE", "两"]]
    assert FaultyFile.objects.get().told_at is not None
    assert len(list(csv.reader(io.StringIO(text)))) == 5


def test_it_lists_its_own_categories_for_the_map(shanghai):
    found = {row.code: (row.parent, row.is_leaf) for row in connect(shanghai).categories()}
    assert found["meizhuang-hufu"] == ("meizhuang", True)
    assert found["meizhuang"] == ("", False)
    assert set(profile("shanghai").key) == {"key", "secret"}


def test_on_a_day_without_a_rate_the_mall_reads_todays_stock_at_the_price_it_had(shanghai, pujiang, product):
    [before] = held(pujiang, product)["offer"]["skus"]
    ExchangeRate.objects.all().delete()
    stock.reserve(lines=[(product.skus.get().pk, 2)], reference="elsewhere", seconds=900)
    sync(shanghai)
    build.build(shanghai.pk)
    pull(pujiang)
    assert held(pujiang, product)["offer"]["skus"] == [before | {"stock": 3}]
