"""Rubbish in what an address asks or a form sends: the shop takes it as any wrong word, the desk leads back."""

import pytest
from django.contrib import admin
from django.urls import reverse

from catalog.models import Revision
from catalog.proposal import proposed
from kmall.admin_site import NamedList
from partners.models import PartnerMall, SharedAddress
from partners.shared import address_of
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db
WORD, NUL, HUGE, BYTES, LONG = "abc", "%00", "9" * 20, "%ff%fe", "9" * 10_000
APPS = ("kmall", "catalog", "orders", "partners")
ORDERS = reverse("admin:orders_order_changelist")
NUMBERS = ("placed_at__year", "placed_at__year__gte", "seller", "total_fen__gte", "id__in", "o", "p")
WORDS = ("state__exact", "state", "q", "category")
LISTS = "cursor={0}&sort={0}&seller={0}&c={0}&f_skin={0}&price_from={0}&price_to={0}&stock={0}"
SHOP = {
    "/zh-hans/search/": ("q={0}", LISTS),
    "/zh-hans/suggest/": ("q={0}",),
    "/zh-hans/p/{slug}/": ("sku={0}",),
    "/zh-hans/s/{seller}/": (LISTS,),
    "/zh-hans/partner/igetmall/search/": ("q={0}", LISTS),
    "/zh-hans/partner/igetmall/p/{slug}/": ("sku={0}",),
    "/zh-hans/cart/": ("next={0}",),
    "/zh-hans/checkout/": ("part={0}",),
    "/zh-hans/orders/": ("state={0}&cursor={0}",),
    "/zh-hans/orders/{number}/": ("parcel={0}",),
    "/zh-hans/me/bits/": ("product={0}",),
    "/zh-hans/addresses/regions/": ("province_code={0}&city_code={0}",),
    "/zh-hans/account/login/": ("next={0}",),
    "/inbox/": ("to={0}",),
    "{feed}": ("after={0}",),
    "{standing}": ("l={0}",),
}


@pytest.fixture
def order():
    partner_mall()
    return paid_order(sku_in_stock(9))


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def shared(purpose) -> str:
    return "/" + address_of(PartnerMall.objects.get(), purpose).split("/", 3)[3]


def test_the_shop_takes_it_as_any_wrong_word(client, order):
    client.force_login(order.user)
    names = {"slug": order.lines.get().sku.product.slug, "number": order.number}
    names |= {"seller": order.lines.get().seller.slug}
    names |= {name: shared(SharedAddress.Purpose(name)) for name in ("feed", "standing")}
    differing = []
    for page, queries in SHOP.items():
        for query in queries:
            address = f"{page.format(**names)}?{query}"
            usual = client.get(address.format(WORD)).status_code
            for rubbish in (NUL, HUGE, BYTES, LONG):
                if (status := client.get(address.format(rubbish)).status_code) != usual:
                    differing.append((page, query, rubbish[:20], status, usual))
    assert differing == []


@pytest.mark.parametrize("page", ["/admin/", "/zh-hans/cart/", "/zh-hans/me/bits/"])
def test_a_cookie_that_names_no_session_is_refused(client, page):
    answer = client.get(page, headers={"cookie": r'sessionid="\000aaaaaaaaaaaaaaaaaaaaaaaaaaa"'})
    assert answer.status_code == 400


def test_a_column_of_bytes_is_not_asked_for(kita):
    calls = reverse("admin:partners_call_changelist")
    assert kita.get(f"{calls}?answered=1").url == f"{calls}?e=1"


def test_every_list_of_the_desk_is_of_the_kind_that_leads_back():
    ours = [of for of in admin.site._registry.values() if type(of).__module__.split(".")[0] in APPS]
    assert ([of for of in ours if not isinstance(of, NamedList)], len(ours) > 30) == ([], True)


@pytest.mark.parametrize(
    "query",
    [*(f"{name}={HUGE}" for name in NUMBERS), f"seller={LONG}", *(f"{name}=%00" for name in WORDS)],
)
def test_a_list_of_the_desk_leads_back(kita, query):
    answer = kita.get(f"{ORDERS}?{query}")
    assert answer.status_code == 200 or answer.url == f"{ORDERS}?e=1"


@pytest.mark.parametrize("name", ["orders_sales", "partners_report", "partners_display_report"])
@pytest.mark.parametrize("query", ["first=0001-01-01", "last=9999-12-31", "first=%00"])
def test_a_report_asks_for_another_period(kita, name, query):
    assert kita.get(f"{reverse(f'admin:{name}')}?{query}").context["form"].errors


def test_orders_paid_to_the_end_of_all_days_are_all_of_them(kita):
    assert kita.get(f"{ORDERS}?paid_to=9999-12-31").status_code == 200


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "%00"])
def test_a_month_of_statements_that_is_in_no_calendar_is_this_one(kita, order, month):
    assert kita.get(f"{reverse('admin:partners_statement_month')}?month={month}").status_code == 200


@pytest.mark.parametrize("chosen", ["abc", "\0", HUGE, LONG])
def test_a_bulk_deed_on_no_row_is_refused(kita, order, chosen):
    assert kita.post(ORDERS, {"action": "refund_chosen", "_selected_action": chosen}).status_code == 400


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/zh-hans/checkout/", {"key": "\0"}),
        ("/zh-hans/account/email/", {"email": "\0", "action_remove": ""}),
        ("/zh-hans/account/login/", {"login": "\0"}),
        ("/zh-hans/cart/change/", {"line": [LONG, HUGE, "\0"], "pick": LONG}),
        ("/admin/login/", {"username": "\0", "password": "\0"}),
    ],
)
def test_what_is_posted_with_it_is_no_fault_of_ours(client, order, address, typed):
    client.force_login(order.user)
    assert client.post(address, typed).status_code < 500


def test_a_reason_with_it_is_not_given(kita, order):
    product = order.lines.get().product
    row = Revision.objects.create(
        product=product, author=order.user, state="submitted", data=proposed(product)
    )
    page = reverse("admin:catalog_revision_change", args=[row.pk])
    typed = {"return": "1", "reason:": "\0", "seen": kita.get(page).context["seen"]}
    assert kita.post(page, typed).status_code < 500
