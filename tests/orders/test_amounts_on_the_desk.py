"""Amounts are kept in fen; whoever works at the desk reads and types yuan."""

import pytest
from django.urls import reverse

from orders.models import FreightRule, Payment
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
RULE = {"valid_from": "2027-01-01", "zone": "", "first_g": 1000, "step_g": 500}


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def test_a_freight_rule_is_typed_in_yuan(kita):
    add = reverse("admin:orders_freightrule_add")
    kita.post(add, RULE | {"first_fen": "18", "step_fen": "4.50", "free_from_fen": ""})
    rule = FreightRule.objects.get(valid_from="2027-01-01")
    assert (rule.first_fen, rule.step_fen, rule.free_from_fen) == (1800, 450, None)


def test_the_form_shows_the_yuan_that_were_typed(kita):
    rule = FreightRule.objects.create(**RULE, first_fen=1800, step_fen=450)
    page = kita.get(reverse("admin:orders_freightrule_change", args=[rule.pk])).content.decode()
    assert 'name="first_fen" value="18.00"' in page
    assert 'name="step_fen" value="4.50"' in page
    assert "추가 요금(위안)" in page


@pytest.mark.parametrize("typed", ["4.505", "-1", "많이"])
def test_what_is_no_amount_is_said_at_its_field(kita, typed):
    add = reverse("admin:orders_freightrule_add")
    page = kita.post(add, RULE | {"first_fen": "18", "step_fen": typed, "free_from_fen": ""})
    assert list(page.context["errors"]) != []
    assert list(page.context["adminform"].form.errors) == ["step_fen"]


def test_a_payment_is_read_in_yuan_in_its_list_and_on_its_page(kita):
    payment = Payment.objects.create(
        order=paid_order(sku_in_stock(3)), number="P-1", provider="alipay", amount_fen=123_456
    )
    for page in ("changelist", "change"):
        args = [payment.pk] if page == "change" else []
        assert "¥1,234.56" in kita.get(reverse(f"admin:orders_payment_{page}", args=args)).content.decode()


def test_an_orders_history_is_told_in_words(kita):
    order = paid_order(sku_in_stock(3))
    page = kita.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "주문 접수" in page
    assert ">paid<" not in page
