"""The stall's tablet in a real browser that is reloaded or started anew while the line is down."""

import pytest

from catalog.models import Picture, Sku
from partners import tablet
from partners.models import Display
from tests.browser import Watched
from tests.factories.catalog import daily_terms
from tests.factories.displays import display_of
from tests.factories.partners import listable
from tests.factories.pictures import WORDS

NAMES = ["高丽村 红参", "纯淡 面膜", "济州 柚子茶"]
KEPT = "caches.match('slides/').then((kept) => kept !== undefined)"


DRAWN = {"art": WORDS | {"ground": 1, "view": 0, "seed": 7}, "original": "", "width": 960, "height": 960}


@pytest.fixture
def url(live_mall, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    daily_terms()
    display = display_of(*(listable(name_zh_hans=name) for name in NAMES))
    Picture.objects.update(**DRAWN)
    return f"{live_mall}/tablet/{tablet.token_of(display)}/"


@pytest.fixture
def screen(browser, url):
    """A tablet that has kept its goods."""
    with Watched(browser, width=1280, height=800) as page:
        opened(page, url)
        yield page


def opened(page, url):
    page.goto(url)
    until(page, KEPT)
    return page


def until(page, condition):
    """Wait until a promise of the page says yes."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {condition}")


def shown(page):
    return page.inner_text(".slide:not([hidden]) h1")


def all_goods(page):
    """What is shown one after the other, turned by hand."""
    page.wait_for_selector(".slide >> nth=2", state="attached")
    seen = []
    for _ in NAMES:
        seen.append(shown(page))
        page.click("[data-turn='1']")
    return seen


def reloaded_offline(page):
    page.context.set_offline(True)
    page.reload()
    return page


def test_after_a_reload_without_a_line_its_goods_still_turn(screen):
    screen.clock.install()
    reloaded_offline(screen).wait_for_selector(".slide >> nth=2", state="attached")
    seen = []
    for _ in NAMES:
        seen.append(shown(screen))
        screen.clock.run_for(12_500)
    assert seen == NAMES


def test_it_says_when_the_prices_are_from(screen):
    moment = screen.get_attribute(".slide:not([hidden])", "data-as-of")
    reloaded_offline(screen).wait_for_selector("#line:not([hidden])")
    assert f"网络中断。所示为 {moment} 的价格" in screen.inner_text("#line")
    assert "月" in moment
    assert moment in screen.inner_text(".slide:not([hidden]) .as-of")


def test_it_looks_as_before(screen):
    looks = "[...document.images].map((image) => image.naturalWidth).concat(getComputedStyle(document.body).display)"
    all_there = "[...document.images].every((image) => image.complete && image.naturalWidth)"
    screen.wait_for_function(all_there)
    before = screen.evaluate(looks)
    reloaded_offline(screen)
    screen.wait_for_selector(".slide >> nth=2", state="attached")
    screen.wait_for_function(all_there)
    assert screen.evaluate(looks) == before


def test_back_on_line_todays_prices_come_and_the_note_goes(screen):
    reloaded_offline(screen).wait_for_selector("#line:not([hidden])")
    Sku.objects.update(price_krw=9000)
    screen.context.set_offline(False)
    screen.wait_for_selector("#line[hidden]", state="attached")
    assert "¥55.10" in screen.inner_text(".slide:not([hidden]) .landed")


def test_a_browser_started_anew_without_a_line_shows_them_too(browser, url, tmp_path):
    first = browser.started_on(tmp_path)
    opened(first.new_page(), url)
    first.close()
    second = browser.started_on(tmp_path)
    second.set_offline(True)
    page = second.new_page()
    page.goto(url)
    assert all_goods(page) == NAMES
    second.close()


def test_what_the_display_no_longer_has_is_no_longer_kept(screen):
    kept = "async () => (await (await caches.open((await caches.keys())[0])).keys()).length"
    before = screen.evaluate(kept)
    Display.objects.get().products.first().delete()
    screen.evaluate("dispatchEvent(new Event('online'))")
    screen.wait_for_selector(".slide >> nth=2", state="detached")
    until(screen, f"async () => (await ({kept})()) < {before}")


def test_a_closed_display_is_forgotten(screen, url):
    Display.objects.update(is_open=False)
    screen.evaluate("dispatchEvent(new Event('online'))")
    screen.wait_for_selector("text=此页面已停用")
    until(screen, "async () => !(await navigator.serviceWorker.getRegistrations()).length")
    assert screen.evaluate("caches.keys()") == []


def test_no_other_page_of_the_mall_is_touched(screen, live_mall):
    screen.goto(f"{live_mall}/zh-hans/")
    assert screen.evaluate("navigator.serviceWorker.controller") is None
    screen.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        screen.reload()
