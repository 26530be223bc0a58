import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order, Refund
from orders.repay import refund_due
from tests.factories.people import kita_officer, member_of
from tests.orders.alipay import notice
from tests.orders.test_paying import Sale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop")]


@pytest.fixture
def sale(client, alipay, open_shop):
    """Paid, and KITA at the desk."""
    sale = Sale()
    alipay.pay(sale.address)
    client.post("/pay/notices/alipay/", notice(alipay, sale.payment))
    client.force_login(kita_officer())
    return sale


def act(client, model, action, row, **form):
    url = reverse(f"admin:orders_{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": [row.pk], **form})


def test_kita_is_asked_and_then_refunds_an_order(client, sale):
    page = act(client, "order", "refund_chosen", sale.order)
    assert sale.order.number in page.content.decode()
    assert not Refund.objects.exists()
    act(client, "order", "refund_chosen", sale.order, confirmed="1")
    refund_due(timezone.now())
    assert (Refund.objects.get().reason, Order.objects.get().state) == ("cannot_be_delivered", "refunded")


def test_a_seller_refunds_nothing(client, sale):
    client.force_login(member_of(sale.sku.seller))
    act(client, "order", "refund_chosen", sale.order, confirmed="1")
    assert not Refund.objects.exists()


def test_a_stuck_refund_is_tried_again_by_a_person(client, alipay, sale):
    act(client, "order", "refund_chosen", sale.order, confirmed="1")
    Refund.objects.update(state="stuck", next_try_at=None)
    act(client, "refund", "try_chosen_again", Refund.objects.get())
    refund_due(timezone.now())
    assert Refund.objects.get().state == "done"
    act(client, "refund", "try_chosen_again", Refund.objects.get())
    assert Refund.objects.get().state == "done"
