"""Search engines find every page on sale, in both languages, and nothing personal."""

import re
from xml.etree import ElementTree

import pytest

from catalog.models import Product
from tests.factories.catalog import ProductFactory

pytestmark = pytest.mark.django_db
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def read(client, path):
    return ElementTree.fromstring(client.get(path).getvalue())


def locations(client, path) -> list[str]:
    return [re.sub("^https?://[^/]+", "", loc.text) for loc in read(client, path).iterfind(".//s:loc", NS)]


def test_the_index_leads_to_parts_that_hold_every_product_on_sale(client):
    product = ProductFactory()
    parts = locations(client, "/sitemap.xml")
    found = [address for part in parts for address in locations(client, part)]
    assert {f"/zh-hans/p/{product.slug}/", f"/ko/p/{product.slug}/", "/zh-hans/", "/ko/categories/"} <= set(
        found
    )
    assert len(found) == len(set(found))


def test_a_product_that_is_not_on_sale_is_left_out(client):
    product = ProductFactory(state=Product.State.WITHDRAWN)
    part = f"/sitemap-products-{product.pk // 5000}.xml"
    assert locations(client, part) == []


def test_entries_name_each_other(client):
    product = ProductFactory()
    entry = read(client, f"/sitemap-products-{product.pk // 5000}.xml").find("s:url", NS)
    assert [link.get("hreflang") for link in entry.iterfind("x:link", NS)] == ["zh-Hans", "ko"]


def test_robots_keeps_personal_pages_out_and_names_the_sitemap(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /*/cart/\n" in text
    assert re.search(r"^Sitemap: http.*/sitemap.xml$", text, re.MULTILINE)


def test_a_part_that_is_none_is_not_found(client):
    assert client.get("/sitemap-nothing.xml").status_code == 404
