"""Whatever KITA does to the chosen rows of a list of the desk stands in the audit trail, with who did it."""

import datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from catalog import approve
from catalog.proposal import current
from kmall.admin import ACTIONS
from kmall.models import AuditEntry
from orders.models import Refund
from partners.label_sheet import PAPERS
from tests.factories.catalog import PictureFactory, SellerFactory, sku_in_stock
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db


def waiting_edit():
    product = sku_in_stock(7).product
    product.description_zh_hans = "晨起洁面后取两泵，轻拍至吸收。"
    product.save()
    PictureFactory(product=product)
    data, author = current(product), member_of(product.seller)
    data["fields"]["name_zh_hans"] = "新名字精华液"
    revision = approve.save_draft(product=product, author=author, data=data)
    return approve.submit(revision=revision, actor=author), f"catalog.product:{product.pk}"


def seller(state):
    row = SellerFactory(state=state)
    return row, f"catalog.seller:{row.pk}"


def order():
    freight_rule()
    row = paid_order(sku_in_stock(3))
    return row, f"orders.order:{row.pk}"


def stuck_refund():
    of, _subject = order()
    row = Refund.objects.create(order=of, number="R1", amount_fen=1, reason="lost", state="stuck")
    Refund.objects.filter(pk=row.pk).update(
        payment=of.payments.create(number="P1", provider="alipay", amount_fen=1)
    )
    return row, f"orders.refund:{row.pk}"


def listing():
    mall, product = partner_mall(), listable()
    changed(product, "state")
    return mall.listings.get(), "partners.partnermall:igetmall"


def statement():
    figures = dict.fromkeys(("orders", "paid_fen", "refunded_fen", "commission_fen", "net_fen"), 0)
    mall, day = partner_mall(), datetime.date(2026, 11, 1)
    row = mall.statements.create(day=day, raw="[]", fetched_at=timezone.now(), **figures)
    return row, "partners.partnermall:igetmall"


# Action of a list to: what it is done to with its subject in the trail, what else is posted, how it is called.
DEEDS = {
    "catalog.seller admit_chosen": (lambda: seller("suspended"), {}, "seller_admitted"),
    "catalog.seller suspend_chosen": (lambda: seller("admitted"), {}, "seller_suspended"),
    "catalog.revision approve_chosen": (waiting_edit, {}, "approve"),
    "catalog.revision return_chosen": (waiting_edit, {"reason": "사진이 흐립니다"}, "send_back"),
    "orders.order refund_chosen": (order, {"confirmed": "1"}, "refund"),
    "orders.refund try_chosen_again": (stuck_refund, {}, "refund_tried_again"),
    "partners.listing send_again": (listing, {}, "listings_sent_again"),
    "partners.statement fetch_again": (statement, {}, "statement_fetched_again"),
}
CHANGES_NOTHING = {f"partners.label print_again_{paper}" for paper in PAPERS}


def test_every_deed_of_a_list_is_walked_here(rf):
    request, found = rf.get("/"), set()
    request.user = kita_officer()
    for model, shown in admin.site._registry.items():
        assert not shown.list_editable, f"{model} is changed in its list: walk that here too"
        if shown.has_view_permission(request):
            found |= {f"{model._meta.label_lower} {name}" for name in shown.get_actions(request)}
    assert found == DEEDS.keys() | CHANGES_NOTHING


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_stands_in_the_trail_in_words(client, monkeypatch, name):
    make, more, deed = DEEDS[name]
    monkeypatch.setattr("kmall.celery.app.send_task", lambda *_args, **_options: None)
    row, subject = make()
    officer = kita_officer()
    client.force_login(officer)
    AuditEntry.objects.all().delete()
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
    client.post(url, {"action": name.split()[1], "_selected_action": [row.pk]} | more)
    assert list(AuditEntry.objects.values_list("actor", "action", "subject")) == [(officer.pk, deed, subject)]
    trail = client.get(reverse("admin:kmall_auditentry_changelist")).content.decode()
    assert str(ACTIONS[deed]) in trail
