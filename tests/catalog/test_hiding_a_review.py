"""A review that KITA hides is gone with the next request, and so are its stars."""

import pytest
from django.urls import reverse

from catalog.models import Review
from kmall import caching, page_cache
from tests.factories.catalog import daily_terms, review, sku_in_stock
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product(settings):
    settings.PAGE_CACHE = True
    caching.raise_now(caching.EVERYTHING)
    page_cache.memory.clear()
    daily_terms()
    product = sku_in_stock(3).product
    review(product, stars=5)
    review(product, stars=1, text="骂人的话")
    return product


def test_a_hidden_review_and_its_stars_are_gone_at_once_and_come_back(client, product):
    page, rude = f"/zh-hans/p/{product.slug}/", Review.objects.get(stars=1)
    change = reverse("admin:catalog_review_change", args=[rude.pk])
    officer = kita_officer()
    seen = []
    for state in ("shown", "hidden", "shown"):
        client.force_login(officer)
        assert client.post(change, {"state": state}).status_code == 302
        client.logout()
        text = client.get(page).content.decode()
        product.refresh_from_db()
        seen.append(("骂人的话" in text, product.rating_sum, product.rating_count))
    assert seen == [(True, 6, 2), (False, 5, 1), (True, 6, 2)]
