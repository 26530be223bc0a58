"""The tablet's page in a real browser: it turns, and goes on turning when the line drops."""

import pytest

from catalog.models import ExchangeRate, Sku
from partners import tablet
from tests.browser import Watched, accessibility_faults
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.partners import listable

SIZES = [(1280, 800), (800, 1280), (390, 844)]


@pytest.fixture
def url(live_mall):
    daily_terms()
    goods = [
        listable(name_zh_hans=name, name_ko=f"한국어 {name}")
        for name in ("高丽村 红参", "纯淡 面膜", "济州 柚子茶")
    ]
    return f"{live_mall}/tablet/{tablet.token_of(display_of(*goods))}/"


@pytest.fixture
def screen(browser, url):
    """A tablet in landscape whose clock the test moves."""
    with Watched(browser, width=1280, height=800) as page:
        page.clock.install()
        page.goto(url)
        page.wait_for_selector(".slide >> nth=2", state="attached")
        yield page


def shown(page):
    return page.inner_text(".slide:not([hidden]) h1")


def test_it_turns_through_its_products(screen):
    seen = [shown(screen)]
    for _ in range(3):
        screen.clock.run_for(12_500)
        seen.append(shown(screen))
    assert seen == ["高丽村 红参", "纯淡 面膜", "济州 柚子茶", "高丽村 红参"]


def test_it_goes_on_when_the_line_drops_and_says_since_when(screen):
    screen.context.set_offline(True)
    seen = []
    for _ in range(3):
        screen.clock.run_for(12_500)
        seen.append(shown(screen))
    assert len(set(seen)) == 3
    assert "网络中断" in screen.inner_text("#line")
    assert screen.inner_text(".slide:not([hidden]) .as-of")


def test_back_on_line_it_fetches_todays_prices_and_the_note_goes(screen):
    screen.context.set_offline(True)
    screen.wait_for_selector("#line:not([hidden])")
    Sku.objects.update(price_krw=9000)
    screen.context.set_offline(False)
    screen.wait_for_selector("#line[hidden]", state="attached")
    assert "¥55.10" in screen.inner_text(".slide:not([hidden]) .landed")


def test_it_can_be_stopped_and_turned_by_hand(screen):
    screen.click("#pause")
    screen.clock.run_for(40_000)
    assert shown(screen) == "高丽村 红参"
    screen.click("[data-turn='1']")
    assert shown(screen) == "纯淡 面膜"


def test_opened_without_prices_it_turns_as_ever_once_they_come(browser, url):
    kept = list(ExchangeRate.objects.all())
    ExchangeRate.objects.all().delete()
    with Watched(browser, width=1280, height=800) as page:
        page.clock.install()
        page.goto(url)
        page.wait_for_selector(".nothing")
        assert not page.is_visible("#foot")
        ExchangeRate.objects.bulk_create(kept)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_selector("#foot")
        assert page.inner_text("#count") == "1 / 3"
        page.click("[data-turn='1']")
        assert (shown(page), page.inner_text("#count")) == ("纯淡 面膜", "2 / 3")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_is_accessible_and_fits_the_screen(browser, url, width, height):
    with Watched(browser, width=width, height=height) as page:
        page.goto(url)
        page.wait_for_selector(".slide >> nth=2", state="attached")
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width > 600:
            assert page.evaluate("document.documentElement.scrollHeight") <= height
