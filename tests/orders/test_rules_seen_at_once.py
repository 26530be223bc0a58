"""What KITA corrects in rows that prices, tax and freight are made of is on every page with the next request."""

import re

import pytest
from django.urls import reverse

from catalog.models import HsCode, PricePolicy
from catalog.search.index import reindex
from kmall import caching, page_cache
from orders.models import FreightRule
from tests.factories.catalog import sku_in_stock
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGE_CACHE = True
    caching.raise_now(caching.EVERYTHING)
    page_cache.memory.clear()


@pytest.fixture
def product(open_shop):
    product = sku_in_stock(3, price_krw=18_000).product
    reindex([product.pk])
    return product


@pytest.fixture
def pages(product):
    """Where the product is shown with its price: a list, and its own page."""
    return f"/zh-hans/c/{product.category.slug}/", f"/zh-hans/p/{product.slug}/"


def texts(client, *pages: str) -> list[str]:
    """What a shopper reads there."""
    client.logout()
    answers = [client.get(page) for page in pages]
    return [re.sub(r"<[^>]+>", "", answer.content.decode()) for answer in answers]


def save(client, row, **changes):
    """KITA opens the row's page, changes some of it and saves."""
    client.force_login(kita_officer())
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    form = client.get(page).context["adminform"].form
    fields = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    fields |= (
        {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0} if row._meta.model_name == "seller" else {}
    )
    assert client.post(page, fields | changes).status_code == 302


def test_a_corrected_margin_is_seen_at_once(client, pages):
    assert all("101.10" in text for text in texts(client, *pages))
    save(client, PricePolicy.objects.get(), margin="0.2")
    assert all("112.30" in text and "101.10" not in text for text in texts(client, *pages))


def test_a_corrected_hs_row_is_seen_at_once(client, product, pages):
    before = [re.search(r"含税\D+([\d.]+)", text)[1] for text in texts(client, *pages)]
    save(client, product.hs, vat=HsCode.Vat.LOWER)
    after = [re.search(r"含税\D+([\d.]+)", text)[1] for text in texts(client, *pages)]
    assert [float(new) < float(old) for new, old in zip(after, before, strict=True)] == [True, True]


def test_a_corrected_freight_rule_is_seen_at_once(client, pages):
    (before,) = texts(client, pages[1])
    assert "国际运费 ¥12.00" in before
    save(client, FreightRule.objects.filter(zone="").latest("valid_from"), first_fen="17")
    (after,) = texts(client, pages[1])
    assert "国际运费 ¥17.00" in after


def test_a_makers_new_town_is_on_its_cards_at_once(client, product, pages):
    texts(client, pages[0])
    save(client, product.seller, town_zh_hans="全南 丽水")
    assert "全南 丽水" in texts(client, pages[0])[0]
