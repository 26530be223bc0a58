"""Goods against partners as a person meets them, on the phone and on the desk."""

import pytest

from tests.browser import sign_in
from tests.every_width import Look
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import member_of


@pytest.fixture
def seller(live_mall):
    daily_terms()
    partner_mall()
    partner_mall(code="second")
    product = listable()
    changed(product, "state")
    product.listings.update(outcome="refused", error_code="FORBIDDEN_WORD", error_field="title")
    return member_of(product.seller)


def test_axe_finds_nothing_in_the_grid_and_nothing_sticks_out(live_mall, seller, desktop):
    sign_in(desktop, live_mall, seller)
    look = Look(desktop, live_mall)
    for language, word in (("ko", "광고법"), ("zh-hans", "广告法")):
        desktop.context.add_cookies([{"name": "desk_language", "value": language, "url": live_mall}])
        look.at("/admin/partners/listing/grid/", word, language)
        look.at(desktop.get_attribute(".standing-grid td a >> nth=0", "href"), word, language)
    assert look.faults == []
