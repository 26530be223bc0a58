"""A shopper scans a label: to the product in Chinese within one step, credited to the display, counted once."""

import datetime
import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from catalog import today
from catalog.models import Category, Product, Sku, TaxRate
from orders.signals import added_to_cart
from partners import labels, scans
from partners.models import Display, Scan, Visit
from partners.receivers import note_the_cart
from tests.factories.catalog import CategoryFactory, daily_terms, sku_in_stock
from tests.factories.displays import stall
from tests.factories.partners import listable

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 XWEB/1160065"


@pytest.fixture
def label():
    daily_terms()
    [label] = labels.number_labels(stall().products.all())
    return label


def scanned(client, label, **headers):
    return client.get(f"/d/{label.code}/", headers={"user-agent": PHONE} | headers)


def put_into_cart(client, label):
    client.post("/zh-hans/cart/add/", {"sku": label.sku_id}, headers={"origin": "http://testserver"})


def counts():
    return Scan.objects.count(), Visit.objects.count(), Visit.objects.values("visitor").distinct().count()


def earlier(**ago):
    Visit.objects.update(at=timezone.now() - datetime.timedelta(**ago))


def test_a_scan_is_one_redirect_from_the_product_in_chinese(label, client, settings):
    answer = client.get(f"/d/{label.code.lower()}/", follow=True)
    assert answer.redirect_chain == [(f"/zh-hans/scanned/{label.product.slug}/", 302)]
    html = answer.content.decode()
    assert '<html lang="zh-Hans">' in html
    assert f'<link rel="canonical" href="{settings.SITE_URL}/zh-hans/p/{label.product.slug}/">' in html


@pytest.mark.parametrize("krw", [18_000, 9000])
def test_where_a_scan_lands_it_says_that_the_order_ships_and_elsewhere_it_does_not(label, client, krw):
    """Also after an old label's page, whichever option is chosen there; the mall's own page says nothing."""
    other = sku_in_stock(3, product=label.product, price_krw=90_000, label_zh_hans="大瓶")
    Sku.objects.filter(pk=label.sku_id).update(price_krw=krw)
    scanned(client, label)
    landing, own = (f"/zh-hans/{at}/{label.product.slug}/" for at in ("scanned", "p"))
    assert Visit.objects.get().landing == f"{landing}?sku={label.sku_id}"
    for address, is_said in ((landing, True), (f"{landing}?sku={other.pk}", True), (own, False)):
        for _kept in range(2):
            html = client.get(address).content.decode()
            assert ("展区不现场交货" in html, 'name="sku"' in html) == (is_said, True), address


def test_what_is_sold_no_more_is_on_the_malls_own_page(label, client):
    Product.objects.update(state="withdrawn")
    answer = client.get(f"/zh-hans/scanned/{label.product.slug}/")
    assert (answer.status_code, answer.url) == (302, f"/zh-hans/p/{label.product.slug}/")
    assert client.get("/zh-hans/scanned/none/", follow=True).status_code == 404


def test_a_scan_is_credited_to_the_display_and_its_label(label, client):
    answer = scanned(client, label)
    scan = Scan.objects.get()
    assert (scan.label, scan.display, scan.product) == (label, label.display, label.product)
    assert str(scan.visit.pk) == answer.cookies["kv"].value


def test_the_product_page_of_a_scan_is_under_50_kb_before_pictures(label, client):
    """As a phone gets it: compressed page, style sheets and scripts."""
    page = client.get(scanned(client, label).url, headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    html = gzip.decompress(page.content).decode()
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html))
    sent = [len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files]
    assert len(files) >= 6
    assert len(page.content) + sum(sent) < 50_000
    assert not re.findall(r'(?:src|href)="https?://(?!testserver|127\.0\.0\.1)', html)


def test_of_several_options_the_labels_own_is_opened(label, client):
    other = sku_in_stock(3, product=label.product, price_krw=9000, label_zh_hans="小样")
    answer = scanned(client, label)
    assert f"?sku={other.pk}" not in answer.get("Location", "")
    Sku.objects.filter(pk=label.sku_id).update(price_krw=18_000)
    assert answer.url == f"/zh-hans/scanned/{label.product.slug}/?sku={label.sku_id}"


def test_a_label_whose_option_is_gone_names_the_option_that_its_page_opens(label, client):
    sku_in_stock(3, product=label.product, price_krw=27_000, label_zh_hans="大瓶")
    lowest = sku_in_stock(3, product=label.product, price_krw=9000, label_zh_hans="小样")
    Sku.objects.filter(pk=label.sku_id).update(is_active=False)
    page = scanned(client, label).content.decode()
    landing = f"/zh-hans/scanned/{label.product.slug}/?sku={lowest.pk}"
    assert ("小样" in page, "¥55.10" in page, f'href="{landing}"' in page) == (True,) * 3
    assert Visit.objects.get().landing == landing
    assert "¥55.10" in client.get(landing).content.decode()


def test_another_option_than_the_labels_is_told_also_at_the_same_price(label, client):
    gone = Sku.objects.get(pk=label.sku_id)
    for words in ("大瓶", "小样"):
        sku_in_stock(3, product=label.product, price_krw=gone.price_krw, label_zh_hans=words)
    Sku.objects.filter(pk=label.sku_id).update(is_active=False)
    page = scanned(client, label).content.decode()
    assert ("标签上的规格已停售" in page, "比标签" in page) == (True, False)


@pytest.mark.parametrize(
    ("krw", "scan_price", "words"),
    [
        (9000, "¥50.50", ("¥55.10", "比标签便宜 ¥55.20")),
        (27_000, "¥151.60", ("¥165.40", "比标签贵 ¥55.10")),
    ],
)
def test_a_scan_of_an_old_label_shows_todays_price_and_says_so(label, client, krw, scan_price, words):
    Sku.objects.update(price_krw=krw)
    answer = scanned(client, label)
    page = answer.content.decode()
    shown = re.findall(r"<dt>(.*?)</dt><dd>(?:<s>)?(.*?)<", page)
    assert shown == [
        ("标签扫码价", "¥101.10"),
        ("今日扫码价", scan_price),
        ("标签含税价", "¥110.30"),
        ("今日含税价", words[0]),
    ]
    for part in (
        *words,
        f"/zh-hans/scanned/{label.product.slug}/",
        f"{timezone.localtime(label.printed_at):%Y-%m-%d}",
    ):
        assert part in page, part
    assert (len(page) < 4000, "<script" in page) == (True, False)
    assert answer.cookies["kv"].value == str(Scan.objects.get().visit_id)


def test_without_a_tax_rate_a_scan_is_led_to_the_page_that_says_so_and_is_credited(label, client):
    TaxRate.objects.all().delete()
    answer = scanned(client, label)
    assert (answer.status_code, Scan.objects.get().label) == (302, label)
    assert client.get(answer.url).status_code == 503


def test_without_a_tax_rate_a_withdrawn_product_still_leads_to_what_is_near(label, client):
    like = listable()
    Product.objects.filter(pk=label.product_id).update(state="withdrawn")
    TaxRate.objects.all().delete()
    answer = scanned(client, label)
    assert (answer.status_code, near(answer)) == (200, [])
    assert f"/zh-hans/c/{like.category.slug}/" in answer.content.decode()


def test_a_superseded_label_still_leads_to_the_product_and_is_credited(label, client):
    labels.number_labels(label.display.products.all())
    assert scanned(client, label).status_code == 302
    assert Scan.objects.get().label == label


def test_a_label_outlives_its_place_on_the_display(label, client):
    label.display.products.all().delete()
    assert scanned(client, label).status_code == 302
    assert Scan.objects.get().display == label.display


def near(answer):
    return re.findall(r'<li><a href="/zh-hans/p/([^/"]+)/"', answer.content.decode())


def test_a_withdrawn_product_shows_what_is_nearest_and_the_credit_is_kept(label, client):
    close, far = listable(), listable()
    for product, krw in ((close, 19_000), (far, 40_000)):
        product.skus.update(price_krw=krw)
        Product.objects.filter(pk=product.pk).update(sort_price_krw=krw)
    listable(0)
    elsewhere = listable()
    Product.objects.filter(pk=elsewhere.pk).update(category=CategoryFactory())
    Product.objects.filter(pk=label.product_id).update(state="withdrawn")
    answer = scanned(client, label)
    assert (answer.status_code, near(answer)) == (200, [close.slug, far.slug])
    assert near(scanned(client, label)) == near(answer)
    assert answer.cookies["kv"].value == str(Scan.objects.get().visit_id)


@pytest.fixture
def leaf(label):
    """The category of the label's product, which is withdrawn, as a leaf of a tree of three levels."""
    root = CategoryFactory(path="900.", slug="root")
    branch = CategoryFactory(path="900.001.", slug="branch", parent=root)
    CategoryFactory(path="900.001.002.", slug="sibling", parent=branch)
    CategoryFactory(path="900.002.", slug="cousin", parent=root)
    CategoryFactory(path="901.", slug="far")
    Category.objects.filter(pk=label.product.category_id).update(path="900.001.001.", parent=branch)
    Product.objects.filter(pk=label.product_id).update(state="withdrawn")
    return Category.objects.get(pk=label.product.category_id)


def offered_in(slug, on_hand=10):
    product = listable(on_hand)
    Product.objects.filter(pk=product.pk).update(category=Category.objects.get(slug=slug))
    return product


@pytest.mark.parametrize(
    ("places", "leads_to"),
    [
        (("skin-care", "sibling"), "/zh-hans/c/skin-care/"),
        (("sibling", "cousin"), "/zh-hans/c/branch/"),
        (("cousin", "far"), "/zh-hans/c/root/"),
        (("far",), "/zh-hans/"),
    ],
)
def test_where_its_leaf_is_empty_the_nearest_are_sought_up_the_tree(label, leaf, client, places, leads_to):
    offered_in("skin-care", on_hand=0)
    first, *_rest = [offered_in(slug) for slug in places]
    page = scanned(client, label)
    assert (near(page), f'class="go" href="{leads_to}"' in page.content.decode()) == ([first.slug], True)


def test_looking_up_the_tree_costs_a_query_a_level(label, leaf, django_assert_num_queries):
    for _ in range(5):
        offered_in("far")
    gone = Product.objects.select_related("category").get(pk=label.product_id)
    today.terms(), today.table()
    with django_assert_num_queries(8):  # the levels, four looks, and what three tables add to cards
        assert len(scans.nearest(gone)[1]) == scans.NEAREST


def test_where_the_mall_has_nothing_a_withdrawn_product_leads_to_the_home_page(label, client):
    Product.objects.update(state="withdrawn")
    assert 'class="go" href="/zh-hans/"' in scanned(client, label).content.decode()


@pytest.mark.parametrize("code", ["ZZZZZZ", "hello-world", "1"])
def test_an_unknown_or_tampered_code_gets_a_friendly_page_that_leads_on(client, code):
    answer = client.get(f"/d/{code}/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert ("没有找到这个码" in page, 'href="/zh-hans/"' in page, 'action="/zh-hans/search/"' in page) == (
        True,
    ) * 3
    assert (counts(), "kv" in answer.cookies) == ((0, 0, 0), False)


def test_a_burst_of_reloads_is_one_scan(label, client):
    for _ in range(3):
        scanned(client, label)
    assert counts() == (1, 1, 1)
    earlier(minutes=11)
    scanned(client, label)
    assert counts() == (2, 2, 1)


def test_another_product_of_the_display_is_another_scan_of_the_same_visitor(client):
    daily_terms()
    for label in labels.number_labels(stall(2).products.all()):
        scanned(client, label)
    assert counts() == (2, 2, 1)


def test_two_phones_are_two_visitors(label, client):
    scanned(client, label)
    client.cookies.clear()
    scanned(client, label)
    assert counts() == (2, 2, 2)


def test_a_phone_that_comes_back_after_its_window_is_a_new_visitor(label, client):
    scanned(client, label)
    earlier(hours=80)
    Visit.objects.update(expires_at=timezone.now() - datetime.timedelta(hours=8))
    scanned(client, label)
    assert counts() == (2, 2, 2)


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"user-agent": "TelegramBot (like TwitterBot)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": "python-requests/2.32"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
    ],
)
def test_robots_and_browsers_that_fetch_ahead_are_led_on_and_not_counted(label, client, headers):
    answer = scanned(client, label, **headers)
    assert (answer.status_code, counts(), "kv" in answer.cookies) == (302, (0, 0, 0), False)
    assert client.head(f"/d/{label.code}/").status_code == 302
    assert counts()[0] == 0


def test_wechats_own_browser_is_a_visitor(label, client):
    scanned(client, label, **{"user-agent": f"{PHONE} MicroMessenger/8.0.44 WeChat/arm64 Language/zh_CN"})
    assert counts() == (1, 1, 1)


def test_a_closed_display_credits_nobody(label, client):
    Display.objects.update(is_open=False)
    assert "kv" not in scanned(client, label).cookies
    assert Scan.objects.get().visit is None


def test_reloads_at_a_closed_display_are_one_scan_as_at_an_open_one(client):
    daily_terms()
    first, second = labels.number_labels(stall(2).products.all())
    Display.objects.update(is_open=False)
    cookie = scanned(client, first).cookies["ks"]
    assert (
        "ks" not in scanned(client, first).cookies
    )  # so it counts anew in time, however often it is reloaded
    assert (counts(), cookie["max-age"]) == ((1, 0, 0), 600)
    scanned(client, second)
    assert counts() == (2, 0, 0)
    client.cookies.clear()
    scanned(client, second)
    assert counts() == (3, 0, 0)


def test_a_display_that_opens_is_credited_at_once(label, client):
    Display.objects.update(is_open=False)
    scanned(client, label)
    Display.objects.update(is_open=True)
    assert "kv" in scanned(client, label).cookies


def test_a_screens_code_leads_to_the_product_whatever_the_price(label, client):
    item = label.display.products.get()
    Sku.objects.update(price_krw=9000)
    assert client.get(f"/d/{item.code}/").url == f"/zh-hans/scanned/{label.product.slug}/"
    assert (Scan.objects.get().label, Scan.objects.get().display) == (None, label.display)


def test_the_first_thing_put_into_the_cart_is_kept_with_the_visit(label, client):
    scanned(client, label)
    for _ in range(2):
        put_into_cart(client, label)
        first = Visit.objects.get().carted_at
    assert first == Visit.objects.get().carted_at
    assert timezone.now() - first < datetime.timedelta(minutes=1)


def test_without_its_receiver_no_cart_is_known(label, client):
    added_to_cart.disconnect(note_the_cart)
    try:
        scanned(client, label)
        put_into_cart(client, label)
    finally:
        added_to_cart.connect(note_the_cart)
    assert Visit.objects.get().carted_at is None


def test_a_short_link_is_short():
    assert reverse("links:scan", args=["ABC234"]) == "/d/ABC234/"


def test_a_phone_whose_maker_has_bot_in_its_name_is_a_visitor(label, client):
    scanned(client, label, **{"user-agent": "Mozilla/5.0 (Linux; Android 12; CUBOT P60) Chrome/116.0 Mobile"})
    assert counts() == (1, 1, 1)
