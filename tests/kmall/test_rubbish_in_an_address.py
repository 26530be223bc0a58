"""A word or a huge number where the address of a desk page names a row: not found, and never a fault of ours."""

import re

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver

from catalog.models import Product
from tests.factories.catalog import sku_in_stock
from tests.factories.orders import paid_order
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer, member_of

pytestmark = pytest.mark.django_db
RUBBISH = ("abc", "9" * 20, "0", "%00")
FORM = "/<path:object_id>/change/"
DJANGOS = re.compile(r"<path:object_id>/(history/|delete/)?$")  # alike for every model, and none of ours
GAP = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def routes(patterns, before="/") -> list[str]:
    """The addresses below, with gaps as Django writes them."""
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern).strip("^$")
        found += [route] if isinstance(pattern, URLPattern) else routes(pattern.url_patterns, route)
    return found


DESK = [
    route
    for route in routes(get_resolver().url_patterns)
    if route.startswith("/admin/") and GAP.search(route) and not DJANGOS.search(route)
]


def addresses(route: str) -> list[str]:
    """Rubbish in all gaps; of several, in the last ones only as well, behind rows that are there.

    A model's form is found by Django, mostly: what cannot be read and what is too large is enough for it.
    """
    kinds = RUBBISH[:2] if route.endswith(FORM) else RUBBISH
    gaps, filled = len(GAP.findall(route)), [GAP.sub(rubbish, route) for rubbish in kinds]
    for _gap in range(1, gaps):
        gap = GAP.search(route)
        route = route[: gap.start()] + there(route, gap[1]) + route[gap.end() :]
        filled += [GAP.sub(rubbish, route) for rubbish in kinds]
    return filled


def there(route: str, gap: str) -> str:
    """What names a row in a gap: of the model that the address is about."""
    known = {"code": "igetmall", "product_id": str(Product.objects.get().pk)}
    if gap in known:
        return known[gap]
    row = apps.get_model(*route.split("/")[2:4])._default_manager.first()
    return str(row.pk if row else 1)


@pytest.fixture(params=["KITA", "a seller"])
def person(request, client):
    sku = sku_in_stock(9)
    paid_order(sku)
    partner_mall()
    client.force_login(kita_officer() if request.param == "KITA" else member_of(sku.seller))
    client.raise_request_exception = False
    return client


def test_rubbish_is_never_a_fault(person):
    asked = [address for route in DESK for address in addresses(route)]
    faults = [address for address in asked if person.get(address).status_code >= 500]
    assert (faults, len(DESK) > 60) == ([], True)


def test_no_row_is_found_by_its_type_and_number(person):
    """Django's own way to a row's page in the shop: none of ours has one, and some are found by no number."""
    kinds = ContentType.objects.values_list("pk", flat=True)
    assert {person.get(f"/admin/r/{kind}/1/").status_code for kind in kinds} == {404}
