"""A year of invented orders: as consistent as real ones, with the seasons of China's shopping year."""

import datetime
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kmall import demo
from kmall.encryption import blind_index
from kmall.money import half_up
from orders.demo.people import id_number
from orders.demo.season import moments, weight_of
from orders.identity import clean_number
from orders.models import Order, Refund, RefundLine
from orders.reports.proof import differences

pytestmark = pytest.mark.django_db
SMALL = demo.Mall(seed=24, scale=Decimal("0.02"), now=timezone.now(), pictures=False)
FIRST = datetime.date(2025, 11, 24)


@pytest.fixture(scope="module")
def mall(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(SMALL)
        yield SMALL
        transaction.set_rollback(True)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_lines_and_parcels_sum_to_their_orders(mall):
    assert (
        rows("""
        SELECT o.id FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id GROUP BY o.id
        HAVING o.goods_fen <> sum(l.goods_fen) OR o.freight_fen <> sum(l.freight_fen)
            OR o.tax_fen <> sum(l.tax_fen) OR o.vat_fen <> sum(l.vat_fen)
    """)
        == []
    )
    assert (
        rows("""
        SELECT o.id FROM orders_order o JOIN orders_consignment c ON c.order_id = o.id GROUP BY o.id
        HAVING o.freight_fen <> sum(c.freight_fen)
    """)
        == []
    )


def test_what_was_paid_is_what_was_asked(mall):
    assert (
        rows("""
        SELECT o.id FROM orders_order o LEFT JOIN orders_payment p ON p.order_id = o.id
        WHERE o.user_id IS NOT NULL AND (p.id IS NULL OR p.amount_fen <> o.total_fen
            OR (p.state = 'succeeded') <> (o.paid_at IS NOT NULL))
    """)
        == []
    )


def test_every_paid_line_is_a_sale_of_the_ledger(mall):
    sold = rows("SELECT sum(-delta) FROM catalog_stockmovement WHERE reason = 'sale'")
    assert sold == rows(
        "SELECT sum(quantity) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id"
        " WHERE o.paid_at IS NOT NULL"
    )


def test_the_year_of_each_buyer_is_counted(mall):
    counted = rows("SELECT sum(used_fen) FROM orders_yearuse")
    assert counted == rows(
        "SELECT (SELECT sum(goods_fen + freight_fen) FROM orders_order WHERE state NOT IN ('expired', 'cancelled'))"
        " - (SELECT sum(goods_fen + freight_fen) FROM orders_refundline WHERE is_uncounted)"
    )


def test_a_few_orders_are_refunded_in_part_and_the_report_counts_them(mall):
    parts = Refund.objects.exclude(consignment=None).select_related("order")
    assert {"damaged", "returned"} <= set(parts.values_list("reason", flat=True))
    assert 0.002 < parts.count() / Order.objects.count() < 0.05
    assert all(0 < refund.amount_fen < refund.order.total_fen for refund in parts)
    assert all(refund.done_at < SMALL.now for refund in parts)
    back = RefundLine.objects.filter(line__commission_fen__gt=0).select_related("line")
    assert all(
        row.commission_fen == half_up(row.line.commission_fen * row.quantity / Fraction(row.line.quantity))
        for row in back
    )
    assert differences() == []


def test_the_ledger_of_each_sku_sums_to_what_is_on_hand(mall):
    assert (
        rows("""
        SELECT s.sku_id FROM catalog_stock s JOIN catalog_stockmovement m ON m.sku_id = s.sku_id
        GROUP BY s.sku_id, s.on_hand HAVING s.on_hand <> sum(m.delta)
    """)
        == []
    )


def test_orders_come_from_the_shop_the_partner_and_the_displays(mall):
    kinds = set(Order.objects.values_list("channel__kind", flat=True))
    assert kinds == {"store", "partner", "display"}
    assert Order.objects.values("province_code").distinct().count() > 10


def test_every_sale_from_elsewhere_is_credited_or_remote(mall):
    assert (
        rows("""
        SELECT o.id FROM orders_order o JOIN orders_channel c ON c.id = o.channel_id AND c.kind <> 'store'
        LEFT JOIN partners_credit k ON k.order_id = o.id LEFT JOIN partners_partnerorder r ON r.order_id = o.id
        WHERE k.id IS NULL OR (k.visit_id IS NULL) = (r.id IS NULL) OR k.visit_id <> o.visit
    """)
        == []
    )


def test_personal_data_is_sealed_and_passes_the_form(mall):
    order = Order.objects.first()
    assert clean_number(order.buyer_number) == order.buyer_number
    assert blind_index(order.buyer_number) == order.buyer_index
    assert order.receiver_name not in str(rows("SELECT receiver_name FROM orders_order"))


def test_the_great_days_stand_out():
    ordinary = weight_of(datetime.date(2026, 4, 15), FIRST, 365)
    for day, least in [((2026, 11, 11), 8), ((2026, 6, 18), 5), ((2026, 2, 5), 1.4), ((2025, 12, 12), 3)]:
        assert weight_of(datetime.date(*day), FIRST, 365) > least * ordinary
    assert weight_of(datetime.date(2026, 2, 17), FIRST, 365) < ordinary


def test_moments_lie_in_the_year_and_are_the_same_for_the_same_chance():
    now = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
    found = moments(200, now=now, days=365, chance=random.Random(1))
    assert found == moments(200, now=now, days=365, chance=random.Random(1)) == sorted(found)
    assert now - datetime.timedelta(days=366) < found[0]
    assert found[-1] < now


def test_an_invented_id_number_is_of_the_right_form():
    chance = random.Random(3)
    assert all(clean_number(number) for number in (id_number(chance, "50") for _ in range(50)))
