"""On a day without a price what a mall shows still has the stock of today, at the price it had there."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import rates, stock
from catalog.models import ExchangeRate, PricePolicy, Sku, TaxRate
from catalog.tax import Kind
from orders.models import FreightRule, ImportLimit, Order
from partners.connectors.igetmall import IGetMall
from partners.models import Listing, PartnerOrder, Receipt
from partners.reconcile import reconcile
from partners.sync import drain, sync
from tests.factories.catalog import sku_in_stock
from tests.factories.partners import changed, listable
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, pull_orders, work_again
from tests.partners.deaths import Death, dying
from tests.partners.selling import buy, on_hand, told

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
AS_BEFORE, DEARER = 10110, 20220  # fen for ₩18,000, and for twice as much
PUSHED_TO = pytest.mark.needs("send")


def offer(stand_in, product):
    """(price in fen, stock) of each option as the mall has it."""
    offer = stand_in.state()["items"][f"P{product.pk}"]["offer"]
    if stand_in.mall == "igetmall":
        return [(sku["price_fen"], sku["stock"]) for sku in offer["skus"]]
    prices, left = ([told for name, told in offer if name == one] for one in ("SalePrice", "Stock"))
    return [(round(float(price) * 100), int(units)) for price, units in zip(prices, left, strict=True)]


def work(mall):
    """What workers do within some minutes."""
    for _ in range(4):
        Receipt.objects.update(ask_at=timezone.now())
        Listing.objects.filter(look_at__isnull=False).update(look_at=timezone.now())
        drain(mall.pk)


def held_elsewhere(product, units):
    stock.reserve(lines=[(product.skus.first().pk, units)], reference=f"order {units}", seconds=900)


def dearer(product, times=2):
    Sku.objects.filter(product=product).update(price_krw=18_000 * times)
    changed(product, "price")


def no_rate_comes():
    ExchangeRate.objects.all().delete()


LACKS = {
    "a rate": no_rate_comes,
    "a policy": lambda: PricePolicy.objects.all().delete(),
    "a tax rate": lambda: TaxRate.objects.filter(kind=Kind.VAT_STANDARD).update(valid_to=YESTERDAY),
}


@pytest.fixture
def product(each_mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(each_mall)
    return product


@PUSHED_TO
@pytest.mark.parametrize("lacks", LACKS)
def test_what_others_hold_the_mall_sells_no_more(stand_in, each_mall, product, lacks):
    LACKS[lacks]()
    held_elsewhere(product, 4)
    work(each_mall)
    assert offer(stand_in, product) == [(AS_BEFORE, 6)]
    held_elsewhere(product, 6)
    work(each_mall)
    assert offer(stand_in, product) == [(AS_BEFORE, 0)]
    assert Listing.objects.get().is_shown


@PUSHED_TO
def test_price_and_text_wait_until_there_is_a_rate(stand_in, each_mall, product):
    no_rate_comes()
    dearer(product)
    changed(product, "text", name_zh_hans="新名字的精华液")
    held_elsewhere(product, 4)
    work(each_mall)
    row = Listing.objects.get()
    assert (offer(stand_in, product), row.is_due) == ([(AS_BEFORE, 6)], True)
    assert row.next_try_at > timezone.now()
    assert "新名字" not in str(stand_in.state())
    rates.fetch_rate()
    converge(each_mall)
    [(price, left)] = offer(stand_in, product)
    assert (price > AS_BEFORE, left) == (True, 6)
    assert "新名字" in str(stand_in.state())


@PUSHED_TO
def test_what_is_not_there_yet_waits(stand_in, each_mall):
    no_rate_comes()
    product = listable(on_hand=10)
    changed(product, "state")
    held_elsewhere(product, 4)
    work(each_mall)
    assert stand_in.state()["items"] == {}


def test_an_option_that_is_gone_has_no_stock_and_a_new_one_waits(sandbox, mall):
    product = listable(on_hand=10)
    second = sku_in_stock(5, product=product)
    changed(product, "state")
    converge(mall)
    no_rate_comes()
    Sku.objects.filter(pk=second.pk).update(is_active=False)
    sku_in_stock(7, product=product)
    changed(product, "text", "stock")
    work(mall)
    assert offer(sandbox, product) == [(AS_BEFORE, 10), (AS_BEFORE, 0)]


def test_a_price_that_was_refused_does_not_keep_the_stock_from_it(sandbox, mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    dearer(product, times=2_000)  # than the mall takes
    converge(mall)
    assert Listing.objects.get().error_code == "BAD_PRICE"
    no_rate_comes()
    held_elsewhere(product, 4)
    work(mall)
    assert offer(sandbox, product) == [(AS_BEFORE, 6)]


def test_a_price_whose_answer_was_lost_is_the_last_one(sandbox, mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    dearer(product)
    sandbox.fault("drop")
    sync(mall)
    no_rate_comes()
    work(mall)
    held_elsewhere(product, 4)
    work(mall)
    assert offer(sandbox, product) == [(DEARER, 6)]


def test_goods_whose_first_answer_a_dead_worker_missed(sandbox, mall, monkeypatch):
    product = listable(on_hand=10)
    changed(product, "state")
    with dying(Death("answered", "upsert"), IGetMall, monkeypatch):
        sync(mall)
    Listing.objects.update(leased_until=timezone.now())
    no_rate_comes()
    held_elsewhere(product, 4)
    work(mall)
    assert offer(sandbox, product) == [(AS_BEFORE, 6)]


@pytest.mark.parametrize("new_name", ["", "又一个名字的精华液"])
def test_goods_whose_text_is_taken_in_and_not_worked_in_yet(yonggou, ningbo, new_name):
    product = listable(on_hand=10)
    changed(product, "state")
    sync(ningbo)
    assert Receipt.objects.exists()
    no_rate_comes()
    held_elsewhere(product, 4)
    if new_name:
        changed(product, "text", name_zh_hans=new_name)
    sync(ningbo)
    work(ningbo)
    assert offer(yonggou, product) == [(AS_BEFORE, 6)]


def test_a_text_that_the_mall_changed_is_not_spoken_of_all_day(sandbox, mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    no_rate_comes()
    held_elsewhere(product, 4)
    work(mall)
    sandbox.operate("/operator/items/edit/", out_id=f"P{product.pk}", title="内部编辑 精华液")
    reconcile(mall)
    work(mall)
    calls = sandbox.state()["calls"]
    work(mall)
    assert (sandbox.state()["calls"], offer(sandbox, product)) == (calls, [(AS_BEFORE, 6)])


def test_what_was_sent_before_prices_were_kept_is_priced_by_the_next_look_at_it(sandbox, mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    Listing.objects.update(sent_prices="", confirmed_prices="")
    changed(product, "price")
    converge(mall)
    no_rate_comes()
    held_elsewhere(product, 4)
    work(mall)
    assert offer(sandbox, product) == [(AS_BEFORE, 6)]


def test_goods_that_may_not_be_listed_any_more_are_taken_off(sandbox, mall):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    no_rate_comes()
    product.pictures.update(is_current=False)
    changed(product, "picture")
    sync(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["state"] == "withdrawn"


@pytest.mark.parametrize("lacks", ["a rate", "a policy", "a tax rate", "a freight table"])
def test_what_the_mall_sells_meanwhile_is_placed_and_leaves_the_others_less(sandbox, mall, lacks):
    product = listable(on_hand=10)
    changed(product, "state")
    converge(mall)
    if lacks == "a rate":
        ExchangeRate.objects.update(date=timezone.localdate() - datetime.timedelta(days=9))
    elif lacks == "a freight table":
        FreightRule.objects.all().delete()
    else:
        LACKS[lacks]()
    bought = buy(sandbox, product, quantity=3)
    pull_orders(mall)
    assert (told(sandbox, bought)["state"], on_hand([product])) == ("confirmed", [7])
    order = Order.objects.get()
    assert (order.rate, order.total_fen, order.tax_fen > 0) == (
        ExchangeRate.objects.get(),
        bought["paid_fen"],
        True,
    )
    work(mall)
    assert offer(sandbox, product)[0][1] == 7


@pytest.mark.parametrize(
    ("model", "reason"), [(ExchangeRate, "환율이 없습니다"), (ImportLimit, "수입 한도가 없습니다")]
)
def test_an_order_before_there_was_any_says_what_is_missing_and_goes_on_once_it_is_there(
    sandbox, mall, client, model, reason
):
    kept = list(model.objects.all())
    model.objects.all().delete()
    buy(sandbox, listable())
    pull_orders(mall)
    row = PartnerOrder.objects.get()
    client.force_login(kita_officer())
    page = client.get(reverse("admin:partners_partnerorder_change", args=[row.pk])).content.decode()
    assert (reason in page, str(timezone.localdate()) in page) == (True, True)
    model.objects.bulk_create(kept)
    work_again()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("placed", "")
