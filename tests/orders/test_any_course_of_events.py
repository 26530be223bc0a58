"""Whatever shoppers, the provider and the clock do in whatever order: units, money and the year's figure agree.

The provider is the sandbox's own process; its word is compared with ours at the end of every course.
"""

import contextlib
import datetime
import tempfile
from pathlib import Path

from django.db import transaction
from django.db.models import F, Sum
from django.test import override_settings
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.models import Stock, StockHold, StockMovement
from catalog.stock import OutOfStock, release
from orders.dispatch import confirm_receipt, send
from orders.expire import cancel_order, expire_due
from orders.give_back import TooMany
from orders.models import Consignment, Order, OrderLine, Payment, Refund, RefundLine, YearUse
from orders.payments.poll import poll_due
from orders.payments.start import NotPayable, start_payment
from orders.refund import NothingLeft, refund_consignment, refund_order
from orders.repay import refund_due
from orders.transitions import WrongState
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.orders.alipay import Sandbox

HOUR = datetime.timedelta(hours=1)
NEVER = 10**6
which = st.integers(0, 5)
# Orders whose value counts to their buyer's year.
COUNTED = ("unpaid", "paid", "shipped", "completed", "refunded")


class Mall(RuleBasedStateMachine):
    sandbox: Sandbox

    def __init__(self):
        super().__init__()
        self.before = transaction.savepoint()

    @initialize()
    def open(self):
        daily_terms()
        freight_rule()
        self.shoppers = [Shopper(), Shopper("440524188001010014")]
        self.skus = [sku_in_stock(3), sku_in_stock(2)]
        self.sandbox.fault("drop_notice", count=NEVER)
        self.sandbox.fault("busy", count=0)
        self.placed = []

    def order(self, index):
        return self.placed[index % len(self.placed)] if self.placed else None

    @rule(shopper=st.integers(0, 1), first=st.integers(0, 2), second=st.integers(0, 2))
    def place(self, shopper, first, second):
        lines = [(sku, n) for sku, n in zip(self.skus, (first, second), strict=True) if n]
        if not lines:
            return
        with contextlib.suppress(OutOfStock):
            self.placed.append(self.shoppers[shopper].place(*lines, key=str(len(self.placed))))

    @rule(index=which, pays=st.booleans())
    def go_to_the_cashier(self, index, pays):
        if not (order := self.order(index)):
            return
        urls = {"return_url": "http://shop.test/", "quit_url": "http://shop.test/"}
        try:
            address = start_payment(order_id=order.pk, provider_name="alipay", is_phone=True, **urls)
        except NotPayable:
            return
        path = self.sandbox.arrive(address)
        if pays:
            self.sandbox.post(path, act="pay")

    @rule(shopper=st.integers(0, 1), asks=st.booleans())
    def buy(self, shopper, asks):
        """The ordinary way, so that courses get far."""
        self.place(shopper, 1, shopper)
        self.go_to_the_cashier(len(self.placed) - 1, True)
        if asks:
            self.ask()

    @rule(index=which)
    def cancel(self, index):
        if order := self.order(index):
            cancel_order(order_id=order.pk, actor=order.user)

    @rule()
    def ask(self):
        poll_due(timezone.now() + HOUR)

    @rule()
    def time_is_over(self):
        expire_due(timezone.now() + HOUR)

    @rule(index=which)
    def holds_are_swept(self, index):
        if order := self.order(index):
            release(reference=order.number)

    @rule(count=st.integers(1, 3))
    def the_provider_gives_no_answer(self, count):
        self.sandbox.fault("busy", count=count)

    @rule(index=which, arrives=st.booleans())
    def ship(self, index, arrives):
        parcels = list(Consignment.objects.order_by("pk"))
        if not parcels:
            return
        parcel = parcels[index % len(parcels)]
        try:
            send(consignment_id=parcel.pk, carrier="sf", tracking_number="SF1")
            if arrives:
                confirm_receipt(consignment_id=parcel.pk, actor=None)
        except WrongState:
            assert parcel.state != Consignment.State.TO_SHIP

    @rule(index=which)
    def give_back(self, index):
        paid = list(Order.objects.filter(paid_at__isnull=False).order_by("pk"))
        if paid:
            refund_order(order_id=paid[index % len(paid)].pk, reason="test")

    @rule(index=which, units=st.integers(1, 3), is_back=st.booleans(), is_customs_return=st.booleans())
    def give_a_part_back(self, index, units, is_back, is_customs_return):
        lines = list(OrderLine.objects.filter(order__paid_at__isnull=False).order_by("pk"))
        if not lines:
            return
        line = lines[index % len(lines)]
        with contextlib.suppress(NothingLeft, TooMany, WrongState):
            refund_consignment(
                consignment_id=line.consignment_id,
                quantities={line.pk: units},
                reason="test",
                is_back=is_back,
                is_customs_return=is_customs_return,
            )

    @rule()
    def pay_refunds(self):
        refund_due(timezone.now() + HOUR)

    @invariant()
    def units_agree(self):
        for stock in Stock.objects.all():
            held = StockHold.objects.filter(sku=stock.pk).aggregate(n=Sum("quantity"))["n"] or 0
            moved = StockMovement.objects.filter(sku=stock.pk).aggregate(n=Sum("delta"))["n"] or 0
            taken = Consignment.objects.filter(order__events__kind="paid", lines__sku=stock.pk).exclude(
                order__events__kind="cannot_be_filled"
            )
            sold = taken.aggregate(n=Sum("lines__quantity"))["n"] or 0
            back = RefundLine.objects.filter(line__sku=stock.pk, is_restocked=True)
            sold -= back.aggregate(n=Sum("quantity"))["n"] or 0
            opening = StockMovement.objects.get(sku=stock.pk, reason="opening").delta
            assert (stock.on_hand, stock.reserved) == (moved, held) == (opening - sold, held)

    @invariant()
    def the_years_figure_is_what_is_under_way(self):
        for use in YearUse.objects.all():
            mine = Order.objects.filter(buyer_index=use.buyer_index)
            value = Sum(F("goods_fen") + F("freight_fen"))
            counted = mine.filter(state__in=COUNTED).aggregate(fen=value)["fen"] or 0
            freed = RefundLine.objects.filter(refund__order__in=mine, is_uncounted=True)
            counted -= freed.aggregate(fen=value)["fen"] or 0
            assert use.used_fen == counted

    @invariant()
    def refunds_are_within_what_was_sold(self):
        for order in Order.objects.prefetch_related("lines__refund_lines"):
            lines = order.lines.all()
            back = [row for line in lines for row in line.refund_lines.all()]
            assert order.promised_fen == sum(row.amount_fen for row in back)
            for line in lines:
                rows = line.refund_lines.all()
                assert line.refunded_quantity == sum(row.quantity for row in rows)
                assert line.called_off_quantity == sum(row.quantity for row in rows if not row.was_sent)
            if not any(line.left_quantity for line in lines):
                assert order.promised_fen == order.total_fen

    def teardown(self):
        try:
            self.come_to_rest()
        finally:
            transaction.savepoint_rollback(self.before)

    def come_to_rest(self):
        """The provider answers again and time passes: then nothing is open, and its books are ours."""
        self.sandbox.fault("busy", count=0)
        expire_due(timezone.now() + HOUR)
        for _ in range(2):
            poll_due(timezone.now() + HOUR)
            refund_due(timezone.now() + 2 * HOUR)
        assert not Payment.objects.filter(state="pending").exists()
        assert not StockHold.objects.exists()
        assert set(Refund.objects.values_list("state", flat=True)) <= {"done"}
        for payment in Payment.objects.select_related("order"):
            trade = self.trade(payment.number)
            paid = trade["fen"] if trade and trade["paid"] else 0
            back = Refund.objects.filter(payment=payment).aggregate(fen=Sum("amount_fen"))["fen"] or 0
            assert paid == (payment.amount_fen if payment.state == "succeeded" else 0)
            assert back == payment.order.refunded_fen
            assert (payment.order.state == "refunded") == (back == payment.amount_fen > 0 and paid > 0)

    def trade(self, number):
        return next((t for t in self.sandbox.state()["trades"] if t["out_trade_no"] == number), None)


class TestMall(Mall.TestCase, TestCase):
    settings = settings(max_examples=settings.default.max_examples // 8, stateful_step_count=20)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        Mall.sandbox = Sandbox(folder).start()
        cls.addClassCleanup(Mall.sandbox.stop)
        cls.enterClassContext(
            override_settings(
                ALIPAY_GATEWAY=Mall.sandbox.gateway,
                ALIPAY_PRIVATE_KEY_FILE=folder / "merchant_private.pem",
                ALIPAY_PUBLIC_KEY_FILE=folder / "alipay_public.pem",
            )
        )
