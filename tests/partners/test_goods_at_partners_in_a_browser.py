"""Goods against partners as a person meets them, on the phone and on the desk."""

import pytest

from tests.browser import accessibility_faults
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import PASSWORD, member_of


@pytest.fixture
def seller(live_mall):
    daily_terms()
    partner_mall()
    partner_mall(code="second")
    product = listable()
    changed(product, "state")
    product.listings.update(outcome="refused", error_code="FORBIDDEN_WORD", error_field="title")
    return member_of(product.seller)


def test_axe_finds_nothing_in_the_grid_and_nothing_sticks_out(live_mall, seller, phone, desktop):
    for page in (phone, desktop):
        page.goto(f"{live_mall}/admin/")
        page.fill("#id_username", seller.email)
        page.fill("#id_password", PASSWORD)
        page.click("[type=submit]")
        page.goto(f"{live_mall}/admin/partners/listing/grid/")
        assert page.is_visible("text=광고법")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
