"""Lists of the desk about partner malls and displays ask the database as often for 1,000 rows as for 10."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product, Sku
from orders.models import Order
from partners.displays import open_market
from partners.models import Call, Display, DisplayProduct, Drift, Label, Listing, PartnerOrder, Scan
from tests.factories.many import parts_of_many, stock_the_mall
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    return partner_mall()


@pytest.fixture
def of_mall(mall):
    """Makes so many products with what the lists show of each: `of_mall(range(10))`."""
    parts = parts_of_many()

    def make(numbers):
        stock_the_mall(parts, numbers)
        products = list(Product.objects.filter(slug__in=[f"p-{n}" for n in numbers]))
        listings(mall, products)
        calls_and_orders(mall, products)
        at_displays(products)

    return make


def listings(mall, products):
    """Each in a state of its own: shown, refused, failed, found to be missing."""
    now, states = timezone.now(), ("ok", "refused", "failed", "unknown")
    rows = Listing.objects.bulk_create(
        Listing(partner=mall, product=product, next_try_at=now, outcome=states[n % 4], seen_at=now, is_shown=True)
        for n, product in enumerate(products)
    )  # fmt: skip
    Drift.objects.bulk_create(
        Drift(partner=mall, listing=row, out_id=f"P{row.product_id}", finding="missing") for row in rows
    )


def calls_and_orders(mall, products):
    now = timezone.now()
    Call.objects.bulk_create(
        Call(partner=mall, kind="offer", outcome="ok", products=[product.pk], sent=b"x", answered=b"y")
        for product in products
    )
    like = Order.objects.first() or paid_order(Sku.objects.filter(product=products[0]).first())
    orders = [copy.copy(like) for _ in products]
    for order, product in zip(orders, products, strict=True):
        order.pk, order.number, order.origin_key = None, f"K{product.pk}", f"mall:{product.pk}"
    PartnerOrder.objects.bulk_create(
        PartnerOrder(
            partner=mall, remote_id=f"IGO{order.number}", raw="{}", came_by="pull", state="placed", order=order,
            told_at=now,
        )
        for order in Order.objects.bulk_create(orders)
    )  # fmt: skip


def at_displays(products):
    """A display for each ten of them, on which all hang with a label; every label was scanned."""
    display = Display.objects.count()
    rows = [
        {"code": f"d-{display + n}", "name_ko": "진열대", "name_zh_hans": "展架", "products": []}
        for n in range(max(len(products) // 10, 1))
    ]
    open_market(code=f"m-{display}", name_ko="시장", name_zh_hans="市场", place_ko="충칭", place_zh_hans="重庆", displays=rows)  # fmt: skip
    new = list(Display.objects.order_by("-pk")[: len(rows)])
    DisplayProduct.objects.bulk_create(
        DisplayProduct(display=new[n % len(new)], product=product) for n, product in enumerate(products)
    )
    skus = {sku.product_id: sku for sku in Sku.objects.filter(product__in=products)}
    labels = Label.objects.bulk_create(
        Label(
            code=f"L{product.pk}", display=new[n % len(new)], product=product, sku=skus[product.pk], price_fen=100,
            landed_fen=110, rate_day=timezone.localdate(), shown={"name": "精华液", "name_ko": "세럼"},
        )
        for n, product in enumerate(products)
    )  # fmt: skip
    Scan.objects.bulk_create(
        Scan(label=label, display=label.display, product=label.product) for label in labels
    )


def queries(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


LISTS = ["listing", "drift", "partnerorder", "call", "display", "market", "label"]
PAGES = {name: f"admin:partners_{name}_changelist" for name in LISTS}


def test_lists_of_kita_and_of_a_malls_people_ask_as_often_for_a_thousand_as_for_ten(client, mall, of_mall):
    kitas = {name: reverse(page) for name, page in PAGES.items()} | {"start": reverse("admin:index")}
    theirs = {name: kitas[name] for name in ("listing", "partnerorder")}
    readers = ((kita_officer(), kitas), (works_at(mall), theirs))

    def asked():
        for user, pages in readers:
            client.force_login(user)
            for name, page in pages.items():
                yield user.email, name, queries(client, page)

    of_mall(range(10))
    few = list(asked())
    of_mall(range(10, 1000))
    assert list(asked()) == few
