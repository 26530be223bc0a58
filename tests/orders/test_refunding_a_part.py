"""One parcel of several, or some units of it, goes back: money, units, year and states."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Stock, StockMovement
from kmall import inbox
from orders import repay
from orders.dispatch import confirm_receipt, report_obstacle, send
from orders.give_back import TooMany
from orders.models import Order, OrderLine, Refund, YearUse
from orders.notify import send_due
from orders.payments.poll import ask
from orders.payments.start import start_payment
from orders.refund import ChangedMeanwhile, NothingLeft, call_off_unsent, refund_consignment, refund_order
from orders.repay import refund_due
from orders.transitions import WrongState
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop", "alipay")]

LATER = datetime.timedelta(minutes=16)
URLS = {"return_url": "http://shop.test/back/", "quit_url": "http://shop.test/quit/"}


class Sale:
    """Three units of one seller and two of another in one order, paid at the provider."""

    def __init__(self, alipay):
        self.alipay, self.skus = alipay, [sku_in_stock(5), sku_in_stock(5)]
        self.order = Shopper().place((self.skus[0], 3), (self.skus[1], 2))
        alipay.pay(start_payment(order_id=self.order.pk, provider_name="alipay", is_phone=True, **URLS))
        self.payment = self.order.payments.get()
        ask(self.payment)
        self.first, self.second = self.order.consignments.order_by("pk")

    def refund(self, consignment, **how):
        how = {"reason": "sold_out", "is_back": True, **how}
        if isinstance(how.get("quantities"), int):
            how["quantities"] = {consignment.lines.get().pk: how["quantities"]}
        return refund_consignment(consignment_id=consignment.pk, **how)

    def states(self):
        self.order.refresh_from_db()
        return self.order.state, *self.order.consignments.order_by("pk").values_list("state", flat=True)

    def on_hand(self):
        return [Stock.objects.get(pk=sku.pk).on_hand for sku in self.skus]

    def of(self, consignment):
        """What a parcel cost: value and total in fen."""
        line = consignment.lines.get()
        value = line.goods_fen + line.freight_fen
        return value, value + line.tax_fen

    def provider_paid_back(self):
        refunds = self.alipay.state()["refunds"]
        return sorted(row["fen"] for row in refunds if row["out_trade_no"] == self.payment.number)

    def trade(self):
        trades = self.alipay.state()["trades"]
        return next(row["status"] for row in trades if row["out_trade_no"] == self.payment.number)


@pytest.fixture
def sale(open_shop, alipay):
    return Sale(alipay)


def used():
    return YearUse.objects.get().used_fen


def test_a_parcel_goes_back_and_the_other_goes_on(sale):
    counted, (value, total) = used(), sale.of(sale.first)
    refund = sale.refund(sale.first)
    assert (refund.amount_fen, refund.number) == (total, f"R{sale.payment.number}")
    assert sale.states() == ("paid", "cancelled", "to_ship")
    assert (sale.order.promised_fen, sale.order.refunded_fen) == (total, 0)
    assert (sale.on_hand(), used()) == ([5, 3], counted - value)
    assert refund_due(timezone.now()) == 1
    assert sale.states() == ("paid", "cancelled", "to_ship")
    assert sale.order.refunded_fen == total
    assert (sale.provider_paid_back(), sale.trade()) == ([total], "TRADE_SUCCESS")
    kinds = [event.kind for event in sale.order.events.order_by("pk")]
    assert kinds == ["placed", "paid", "refund_due", "part_refunded"]


def test_single_units_go_back_and_the_rest_is_still_to_be_sent(sale):
    line = sale.first.lines.get()
    refund = sale.refund(sale.first, quantities=1)
    assert refund.lines.get().goods_fen == line.unit_fen
    assert sale.states() == ("paid", "to_ship", "to_ship")
    assert (sale.first.lines.get().left_quantity, sale.on_hand()) == (2, [3, 3])


@pytest.mark.parametrize(
    ("obstacle", "left"),
    [("sold_out", [2, 5]), ("damaged", [2, 5]), ("discontinued", [2, 5]), ("other", [5, 5])],
)
@pytest.mark.parametrize("call_off", [refund_order, call_off_unsent])
def test_what_its_seller_reported_missing_is_not_for_sale_again(sale, call_off, obstacle, left):
    report_obstacle(consignment_id=sale.first.pk, obstacle=obstacle)
    call_off(order_id=sale.order.pk, reason="cannot_be_delivered")
    assert sale.on_hand() == left
    sale.first.refresh_from_db()
    assert (sale.first.obstacle, sale.first.obstacle_at) == ("", None), "it is settled; the history keeps it"


def test_all_parts_together_are_the_whole_to_the_fen(sale):
    for part in (1, 1, 1):
        sale.refund(sale.first, quantities=part)
    refund_order(order_id=sale.order.pk, reason="cannot_be_delivered")
    refund_order(order_id=sale.order.pk, reason="cannot_be_delivered")
    while refund_due(timezone.now() + LATER):
        pass
    assert sale.states() == ("refunded", "cancelled", "cancelled")
    assert sum(sale.provider_paid_back()) == sale.order.total_fen == sale.order.refunded_fen
    assert (len(sale.provider_paid_back()), sale.trade()) == (4, "TRADE_CLOSED")
    assert (sale.on_hand(), used()) == ([5, 5], 0)
    numbers = list(Refund.objects.order_by("pk").values_list("number", flat=True))
    base = f"R{sale.payment.number}"
    assert numbers == [base, f"{base}-2", f"{base}-3", f"{base}-4"]


@pytest.mark.parametrize(
    ("is_back", "is_customs_return", "left", "freed"),
    [(False, False, 2, False), (True, False, 5, False), (True, True, 5, True)],
)
def test_what_was_sent_returns_to_shelf_and_year_only_if_it_really_did(
    sale, is_back, is_customs_return, left, freed
):
    send(consignment_id=sale.first.pk, carrier="sf", tracking_number="SF123456")
    counted, (value, total) = used(), sale.of(sale.first)
    sale.refund(sale.first, reason="returned", is_back=is_back, is_customs_return=is_customs_return)
    refund_due(timezone.now())
    assert sale.states() == ("paid", "refunded", "to_ship")
    assert (sale.on_hand()[0], used()) == (left, counted - value if freed else counted)
    assert sale.order.refunded_fen == total
    assert StockMovement.objects.filter(reason="return").exists() == is_back


def test_the_order_ends_with_the_parcels_that_are_left(sale):
    send(consignment_id=sale.second.pk, carrier="sf", tracking_number="SF123456")
    sale.refund(sale.first)
    assert sale.states() == ("shipped", "cancelled", "shipped")
    confirm_receipt(consignment_id=sale.second.pk, actor=None)
    assert sale.states() == ("completed", "cancelled", "received")
    sale.refund(sale.second, quantities=1, reason="damaged", is_back=False)
    assert sale.states() == ("completed", "cancelled", "received")


def test_a_parcel_that_was_received_may_wait_for_one_that_is_called_off(sale):
    send(consignment_id=sale.second.pk, carrier="sf", tracking_number="SF123456")
    confirm_receipt(consignment_id=sale.second.pk, actor=None)
    sale.refund(sale.first)
    assert sale.states() == ("completed", "cancelled", "received")


def test_one_form_sent_twice_is_one_refund(sale):
    first = sale.refund(sale.first, quantities=1, key="form-1")
    assert sale.refund(sale.first, quantities=1, key="form-1") == first
    assert sale.first.lines.get().refunded_quantity == 1


def test_what_the_person_saw_must_still_be_so(sale):
    seen = ("to_ship", sale.of(sale.first)[1])
    send(consignment_id=sale.first.pk, carrier="sf", tracking_number="SF123456")
    with pytest.raises(ChangedMeanwhile):
        sale.refund(sale.first, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        sale.refund(sale.second, seen=("to_ship", sale.of(sale.second)[1] - 1))
    assert not Refund.objects.exists()


def test_more_than_is_left_is_not_given_back(sale):
    sale.refund(sale.first, quantities=2)
    for wrong, problem in [
        ({"quantities": 2}, TooMany),
        ({"quantities": 0}, NothingLeft),
        ({"quantities": {sale.second.lines.get().pk: 1}}, ValueError),
    ]:
        with pytest.raises(problem), transaction.atomic():
            sale.refund(sale.first, **wrong)
    sale.refund(sale.first)
    with pytest.raises(NothingLeft):
        sale.refund(sale.first)
    assert Refund.objects.count() == 2


def test_what_is_not_paid_is_not_refunded(open_shop):
    parcel = Shopper().place((sku_in_stock(5), 1)).consignments.get()
    with pytest.raises(WrongState):
        refund_consignment(consignment_id=parcel.pk, reason="sold_out", is_back=True)


def test_the_database_holds_units_and_sums(sale):
    for rows, wrong in [
        (OrderLine.objects, {"refunded_quantity": 4}),
        (OrderLine.objects, {"called_off_quantity": 1}),
        (Order.objects, {"promised_fen": sale.order.total_fen + 1}),
        (Order.objects, {"refunded_fen": 1}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_two_parts_without_an_answer_are_each_paid_back_once(sale, alipay, fault):
    totals = sorted([sale.of(sale.first)[1], sale.of(sale.second)[1]])
    sale.refund(sale.first)
    sale.refund(sale.second)
    alipay.fault(fault, count=2)
    assert refund_due(timezone.now()) == 2
    assert sale.order.refunds.filter(state="due").count() == 2
    assert refund_due(timezone.now() + LATER) == 2
    assert refund_due(timezone.now() + 2 * LATER) == 0
    assert (sale.provider_paid_back(), sale.states()[0]) == (totals, "refunded")


def test_a_worker_that_dies_after_the_money_left_pays_it_once(sale, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    refund = sale.refund(sale.first)
    with monkeypatch.context() as patch:
        patch.setattr(repay, "_record", dies)
        with pytest.raises(KeyboardInterrupt):
            refund_due(timezone.now())
    assert sale.provider_paid_back() == [refund.amount_fen]
    assert Refund.objects.get().state == "due"
    assert refund_due(timezone.now() + LATER) == 1
    assert sale.provider_paid_back() == [refund.amount_fen]
    assert (Refund.objects.get().state, Order.objects.get().refunded_fen) == ("done", refund.amount_fen)


@pytest.mark.parametrize(("language", "subject"), [("zh-hans", "已部分退款"), ("ko", "일부 환불")])
def test_the_shopper_is_told_of_each_part(sale, settings, language, subject):
    settings.DEV_INBOX, settings.EMAIL_BACKEND = True, "kmall.mail.InboxBackend"
    Order.objects.update(language=language)
    for _ in range(2):
        sale.refund(sale.first, quantities=1)
    refund_due(timezone.now())
    inbox.empty()
    send_due(timezone.now())
    letters = [letter["text"] for letter in inbox.messages() if subject in letter["subject"]]
    line = sale.first.lines.get()
    name = line.name_ko if language == "ko" else line.name_zh_hans
    assert [f"{name} ×1" in text for text in letters] == [True, True]
