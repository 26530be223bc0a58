"""What a partner's shopper asks, on the desk; what goes back is tested at every mall in
`every_mall/test_requests.py`.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import PartnerOrder, PartnerRequest
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders
from tests.partners.selling import answer_return, told

pytestmark = pytest.mark.django_db


def test_what_goes_back_is_named_in_the_readers_language_and_once(sandbox, mall, bought, pair, client):
    """The option stands beside the name only where that does not say it."""
    row = PartnerOrder.objects.get()
    sku = pair[0].skus.get()
    row.order.lines.filter(sku=sku).update(name_zh_hans="精华液 50ml", name_ko="세럼")
    lines = [{"out_sku_id": f"S{sku.pk}", "quantity": 1}]
    back = row.requests.create(
        remote_id="R1", kind="return", stands="open", lines=lines, asked_at=timezone.now()
    )
    client.force_login(kita_officer())
    for language, words in (("zh-hans", "精华液 50ml × 1"), ("ko", "세럼 50ml × 1")):
        client.cookies["desk_language"] = language
        page = reverse("admin:partners_partnerrequest_change", args=[back.pk])
        assert f"<div>{words} <small>" in client.get(page).content.decode()


def test_a_rejected_return_needs_a_word_to_the_shopper(sandbox, mall, bought, returned, client):
    assert answer_return(client, "reject").status_code == 200
    assert answer_return(client, "reject", "护肤品拆封后不支持退货。").status_code == 302
    pull_orders(mall)
    (request,) = told(sandbox, bought)["requests"]
    assert (request["state"], request["message"]) == ("rejected", "护肤品拆封后不支持退货。")


def test_the_shoppers_words_are_encrypted(returned):
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM partners_partnerrequest")
        assert "颜色不对" not in cursor.fetchone()[0]
    assert PartnerRequest.objects.get().words == "颜色不对"


def test_a_request_leads_to_the_order_there_and_here(bought, returned, client):
    client.force_login(kita_officer())
    row = PartnerRequest.objects.get()
    page = client.get(reverse("admin:partners_partnerrequest_change", args=[row.pk])).content.decode()
    assert f'href="{reverse("admin:partners_partnerorder_change", args=[row.order_id])}"' in page
    assert f'href="{reverse("admin:orders_order_change", args=[row.order.order_id])}"' in page


def test_the_list_of_requests_asks_as_often_for_many_as_for_few(bought, returned, client):
    client.force_login(kita_officer())
    row = PartnerRequest.objects.get()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("admin:partners_partnerrequest_changelist"))
        return len(caught)

    queries()
    few = queries()
    for number in range(20):
        row.pk, row.remote_id = None, f"IGR{number}"
        row.save()
    assert queries() == few
