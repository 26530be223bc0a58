import base64
import datetime
import json

import pytest
from django.utils import timezone

from orders.models import Channel, Order
from orders.signals import order_placed
from partners import links
from partners.models import Credit, PartnerMall, RefusedLink, Visit
from tests.factories.catalog import daily_terms
from tests.factories.partners import listable, partner_mall

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    return partner_mall()


@pytest.fixture
def product(mall):
    return listable()


def path(mall, product, age_days=0):
    day = timezone.localdate() - datetime.timedelta(days=age_days)
    return links.link(mall, product and product.pk, day).partition("://")[2].partition("/")[2]


def refused():
    row = RefusedLink.objects.get()
    return row.reason, row.kind, row.partner, row.count


def test_a_link_leads_to_the_product_in_the_partners_frame_and_remembers_the_visit(mall, product, client):
    answer = client.get("/" + path(mall, product))
    assert answer.url == f"/zh-hans/partner/igetmall/p/{product.slug}/"
    visit = Visit.objects.get()
    assert (visit.partner, visit.product, answer.cookies["kv"].value) == (mall, product, str(visit.pk))


def test_a_product_that_the_section_has_not_opens_on_the_malls_page_with_credit(mall, product, client):
    PartnerMall.objects.update(rule={"without": [product.pk]})
    assert client.get("/" + path(mall, product)).url == f"/zh-hans/p/{product.slug}/"
    assert Visit.objects.get().partner == mall


def test_a_link_without_a_product_leads_to_the_section(mall, client):
    assert client.get("/" + path(mall, None)).url == "/zh-hans/partner/igetmall/"


def test_a_stale_link_opens_the_product_and_credits_nobody(mall, product, client):
    answer = client.get("/" + path(mall, product, age_days=181))
    assert (answer.url, "kv" in answer.cookies) == (f"/zh-hans/p/{product.slug}/", False)
    assert refused() == ("stale", "listing", mall, 1)


def test_a_tampered_link_opens_the_product_and_is_counted(mall, product, client):
    good = path(mall, product)
    wrong = good[:-3] + ("AA/" if good[-3:-1] != "AA" else "BB/")
    for _ in range(2):
        assert client.get("/" + wrong).url == f"/zh-hans/p/{product.slug}/"
    assert refused() == ("tampered", "listing", mall, 2)
    assert not Visit.objects.exists()


def test_refused_links_are_counted_by_what_they_claim_to_be(mall, product, client):
    client.get("/" + path(mall, None, age_days=200))
    client.get("/go/rubbish/")
    kinds = set(RefusedLink.objects.values_list("reason", "kind", "partner__code"))
    assert kinds == {("stale", "section", "igetmall"), ("tampered", "rubbish", None)}


def test_a_forged_product_number_harms_nobody(mall, client):
    for number in (10**30, -1, True, "x"):
        claim = json.dumps([0, {"p": "igetmall", "i": number}]).encode()
        token = f"{base64.urlsafe_b64encode(claim).decode().rstrip('=')}.AA"
        assert client.get(f"/go/{token}/").url == "/zh-hans/"


@pytest.mark.parametrize("name", ["\x00", "igetmall\x00", "\ud800", "x" * 10_000, ["igetmall"], None])
def test_a_forged_name_of_a_partner_is_counted_as_rubbish(mall, name, client):
    claim = json.dumps([0, {"p": name}]).encode()
    token = f"{base64.urlsafe_b64encode(claim).decode().rstrip('=')}.AA"
    assert client.get(f"/go/{token}/").url == "/zh-hans/"
    assert refused() == ("tampered", "rubbish", None, 1)


@pytest.mark.parametrize("age_days", [0, 181])
def test_a_program_that_follows_links_is_led_on_and_not_counted(mall, product, client, age_days):
    answer = client.get("/" + path(mall, product, age_days), HTTP_USER_AGENT="Baiduspider/2.0")
    assert (product.slug in answer.url, "kv" in answer.cookies) == (True, False)
    assert (Visit.objects.count(), RefusedLink.objects.count()) == (0, 0)


@pytest.mark.parametrize("token", ["x", "W10.x", "eyJ9.AA", "%F0%9F%98%80", "MTIz.AA", "W1tb" * 1000])
def test_rubbish_leads_to_the_home_page(mall, token, client):
    assert client.get(f"/go/{token}/").url == "/zh-hans/"


def placed(visit, **fields):
    """An order as `orders.place` leaves it when it says that it was placed."""
    from catalog.models import ExchangeRate

    store, _ = Channel.objects.get_or_create(code="store", defaults={"kind": "store", "name_ko": "Kmall24"})
    if not ExchangeRate.objects.exists():
        daily_terms()
    number = f"K{Order.objects.count()}"
    order = Order.objects.create(
        number=number, origin_key=number, channel=store, visit=visit, placed_at=timezone.now(), goods_fen=10_000, total_fen=10_000,
        rate=ExchangeRate.objects.get(), province_code="50", **fields,
    )  # fmt: skip
    order_placed.send(None, order=order)
    order.refresh_from_db()
    return order


def test_an_order_within_the_window_is_credited(mall, product, client):
    client.get("/" + path(mall, product))
    order = placed(Visit.objects.get().pk)
    assert (order.channel, order.credit.visit) == (mall.channel, Visit.objects.get())


def test_an_order_after_the_window_is_our_own(mall, product, client):
    client.get("/" + path(mall, product))
    Visit.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert placed(Visit.objects.get().pk).channel.code == "store"
    assert not Credit.objects.exists()


def test_the_last_visit_is_credited(mall, product, client):
    other = partner_mall(code="other")
    for partner in (mall, other):
        client.get("/" + path(partner, product))
    order = placed(client.cookies["kv"].value)
    assert order.channel == other.channel
