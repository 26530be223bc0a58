"""Which partner an order is credited to: the last click whose window is open, whatever else the shopper did."""

import datetime
import re
import uuid

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.models import CartLine
from partners import links
from partners.credit import credit_order
from partners.models import Credit, PartnerMall, ProductView, Visit
from partners.traffic import Traffic, traffic
from tests.factories.catalog import daily_terms
from tests.factories.orders import Shopper, freight_rule
from tests.factories.partners import listable, partner_mall

HOURS = {"short": 1, "long": 72}
MINUTE = datetime.timedelta(minutes=1)


def click(client, mall, product=None):
    client.get("/go/" + links.link(mall, product and product.pk, timezone.localdate()).rpartition("/go/")[2])


def put_in_cart(client, sku):
    form = {"sku": sku.pk, "quantity": 1}
    client.post("/zh-hans/cart/add/", form, headers={"Origin": "http://testserver"})


def wait(minutes):
    """What happened so far is that much longer ago."""
    Visit.objects.update(expires_at=F("expires_at") - minutes * MINUTE)


class TestAnySequenceOfClicks(TestCase):
    def setUp(self):
        daily_terms()
        freight_rule(free_from_fen=0)
        self.malls = {code: partner_mall(code=code, credit_hours=hours) for code, hours in HOURS.items()}
        self.product = listable(on_hand=1000)

    @settings(max_examples=40)
    @given(
        st.lists(st.tuples(st.sampled_from(sorted(HOURS)), st.integers(0, 3 * 1440)), min_size=1, max_size=5)
    )
    def test_the_last_click_within_its_window_wins(self, clicks):
        client, now, made = Client(), 0, []
        for code, minutes in clicks:
            click(client, self.malls[code], self.product)
            made.append((code, now + HOURS[code] * 60))
            wait(minutes)
            now += minutes
        open_ones = [code for code, until in made if until > now]
        visit, sku = uuid.UUID(client.cookies["kv"].value), self.product.skus.get()
        order = Shopper().place((sku, 1), key=uuid.uuid4().hex, visit=visit)
        credit = Credit.objects.filter(order=order).select_related("visit__partner").first()
        assert (credit.visit.partner.code if credit else None) == (open_ones[-1] if open_ones else None)
        assert order.channel.code == (open_ones[-1] if open_ones else "store")


@pytest.fixture
def mall(db):
    daily_terms()
    freight_rule(free_from_fen=0)
    return partner_mall(commission="0.0500")


def ordered(visit, sku, at):
    """An order that was placed at a moment."""
    order = Shopper().place((sku, 1), key=uuid.uuid4().hex)
    order.visit, order.placed_at = visit, at
    return credit_order(order)


@pytest.mark.parametrize(("seconds", "is_credited"), [(-1, True), (0, False), (1, False)])
def test_the_window_closes_to_the_second(mall, client, seconds, is_credited):
    product = listable()
    click(client, mall, product)
    visit = Visit.objects.get()
    at = visit.expires_at + datetime.timedelta(seconds=seconds)
    assert bool(ordered(visit.pk, product.skus.get(), at)) == is_credited


def test_signing_in_and_out_keeps_the_visit(mall, client):
    product, shopper = listable(), Shopper()
    click(client, mall, product)
    before = client.cookies["kv"].value
    client.force_login(shopper.user)
    client.post("/zh-hans/account/logout/")
    client.force_login(shopper.user)
    client.get("/zh-hans/cart/")
    assert client.cookies["kv"].value == before


def test_a_cart_made_before_the_click_is_credited_but_not_counted_as_one(mall, client):
    sku = listable().skus.get()
    put_in_cart(client, sku)
    click(client, mall)
    visit = Visit.objects.get()
    assert (CartLine.objects.count(), visit.carted_at) == (1, None)
    assert Credit.objects.filter(order=Shopper().place((sku, 1), visit=visit.pk)).exists()


def test_goods_looked_at_are_noted_once_a_visit(mall, client):
    product = listable()
    click(client, mall, product)
    html = client.get(f"/zh-hans/partner/igetmall/p/{product.slug}/").content.decode()
    assert f'src="/seen/{product.pk}/"' in html
    for _ in range(2):
        assert client.get(f"/seen/{product.pk}/").status_code == 204
    assert list(Visit.objects.get().views.values_list("product", flat=True)) == [product.pk]


def test_views_outside_the_frame_are_counted_too(mall, client):
    """A link to what the section lacks leads to the mall's own page, and the shopper looks around there."""
    linked, other = listable(), listable()
    PartnerMall.objects.update(rule={"without": [linked.pk]})
    click(client, mall, linked)
    for product in (linked, other):
        html = client.get(f"/zh-hans/p/{product.slug}/").content.decode()
        client.get(re.search(r'<noscript[^>]*><img [^>]*src="(/seen/\d+/)"', html)[1])
    assert traffic("partner", timezone.localdate(), timezone.localdate()) == {
        mall.pk: Traffic(visits=1, views=2)
    }


def test_a_hint_for_the_pages_script_lives_as_long_as_the_visit(mall, client):
    click(client, mall)
    visit, hint = client.cookies["kv"], client.cookies["kv_hint"]
    assert (hint.value, hint["expires"], hint["httponly"]) == ("1", visit["expires"], "")
    assert visit["httponly"]


def test_nothing_is_noted_of_who_came_by_no_link_or_whose_window_is_closed(mall, client):
    product = listable()
    client.get(f"/seen/{product.pk}/")
    click(client, mall, product)
    client.get("/seen/999999999/")
    wait(73 * 60)
    client.get(f"/seen/{product.pk}/")
    assert ProductView.objects.count() == 0


def test_carts_and_views_are_noted_for_the_partner_that_is_credited(mall, client):
    """The last click's window is over, the one before it is still open."""
    product = listable()
    short = partner_mall(code="short", credit_hours=1)
    click(client, mall, product)
    click(client, short, product)
    wait(2 * 60)
    client.get(f"/seen/{product.pk}/")
    put_in_cart(client, product.skus.get())
    first, last = Visit.objects.order_by("at")
    order = Shopper().place((product.skus.get(), 1), visit=last.pk)
    assert Credit.objects.get(order=order).visit == first
    assert (first.views.count(), first.carted_at is None) == (1, False)
    assert (last.views.count(), last.carted_at) == (0, None)
