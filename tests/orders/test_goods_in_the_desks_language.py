"""Goods of an order are named at the desk in the language it is read in; in English as in Korean."""

import re

import pytest
from django.urls import reverse

from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
NOT_SHOWN = re.compile(
    r'<td class="original">.*?</td>', re.DOTALL
)  # what Django calls a row; no style shows it
NAMES = {"ko": "순담 수분 크림", "zh-hans": "纯淡 保湿面霜", "en": "순담 수분 크림"}


@pytest.fixture
def parcel():
    order = paid_order(sku_in_stock(3))
    order.lines.update(name_ko=NAMES["ko"], name_zh_hans=NAMES["zh-hans"])
    return order.consignments.get()


@pytest.mark.parametrize("language", NAMES)
def test_every_page_of_a_parcel_names_its_goods_in_that_language(client, parcel, language):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = language
    others = set(NAMES.values()) - {NAMES[language]}
    for address in (
        reverse("admin:orders_consignment_changelist"),
        reverse("admin:orders_consignment_change", args=[parcel.pk]),
        reverse("admin:orders_order_change", args=[parcel.order_id]),
        reverse("admin:orders_order_refund", args=[parcel.order_id, parcel.pk]),
    ):
        page = NOT_SHOWN.sub("", client.get(address).content.decode())
        assert NAMES[language] in page
        assert not [name for name in others if name in page]


@pytest.mark.parametrize("language", NAMES)
def test_the_boxes_of_a_refund_name_the_goods_in_that_language(client, parcel, language):
    client.force_login(kita_officer())
    client.cookies["desk_language"] = language
    page = client.get(reverse("admin:orders_order_refund", args=[parcel.order_id, parcel.pk]))
    [(_line, box)] = page.context["form"].rows()
    assert box.label == NAMES[language]
