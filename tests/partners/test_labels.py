"""Printed labels: what is on the paper, what each number remembers, which are out of date."""

import io

import pypdf
import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.models import Product, Seller, Sku
from orders.models import Channel, FreightRule
from partners import labels
from partners.label_sheet import sheet
from partners.labels import Fault
from partners.models import Display, Label, Market, Scan
from tests.factories.catalog import daily_terms, sku_in_stock
from tests.factories.displays import display_of, stall
from tests.factories.partners import listable
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def display():
    daily_terms()
    names = {
        "name_zh_hans": "高丽村 六年根红参浓缩液 10ml×30条",
        "name_ko": "고려촌 6년근 홍삼스틱 10ml×30포",
    }
    return display_of(listable(origin_certificate="KCCI-1", **names))


def printed(display):
    return labels.number_labels(display.products.order_by("position", "pk"))


def wrong():
    return [(row.label.code, row.faults, row.is_to_print) for row in labels.outdated(Label.objects.all())]


def reader(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return "".join(page.extract_text() for page in reader(pdf).pages).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("paper", ["a6", "a7", "a4"])
def test_a_label_says_name_price_place_and_that_it_ships(display, paper):
    [label] = printed(display)
    text = text_of(sheet([label], paper=paper))
    for part in (
        "高丽村六年根红参浓缩液",
        "고려촌6년근홍삼스틱",
        "扫码价",
        "101",
        ".10",
        "含税¥110.30",
        "另加运费¥18",
        "济州西归浦",
        "韩国产，附产地证",
        "下单后寄送到家，展位不交货",
        "展架b-07",
        label.code,
    ):
        assert part in text, part
    assert "免运费" not in text, "a parcel of this value pays freight"


def test_freight_is_told_as_on_the_products_page_and_an_older_number_tells_none(client, display):
    Sku.objects.update(weight_g=900)
    [label] = printed(display)
    assert label.shown["freight"] == "，另加运费 ¥24"
    assert "国际运费 ¥24.00" in client.get(f"/zh-hans/p/{label.product.slug}/").content.decode()
    FreightRule.objects.update(free_from_fen=5000)
    assert wrong() == [(label.code, (Fault.TEXT,), True)]
    [free] = printed(display)
    assert "免运费" in text_of(sheet([free]))
    label.shown["freight"] = ""
    assert "运费" not in text_of(sheet([label]))


@pytest.mark.parametrize(("paper", "beside"), [("a6", (100, 29, 104, 77)), ("a4", (65.5, 14, 67.5, 39))])
@pytest.mark.parametrize("name", ["A" * 60, "雪肌水 Superhydratingmoisturizing 面膜"])
def test_a_long_word_stays_within_its_room(display, paper, beside, name):
    """Nothing is printed beside the room, in mm, and no letter is lost."""
    Product.objects.update(name_zh_hans=name, name_ko=name.lower())
    made = printed(display)
    dots = 200 / 25.4
    picture = Image.open(io.BytesIO(sheet(made, paper=paper, format="png", ppi=200))).convert("L")
    assert picture.crop([round(at * dots) for at in beside]).getextrema() == (255, 255)
    said = text_of(sheet(made, paper=paper)).replace("\u200b", "")
    assert (name.replace(" ", "") in said, name.lower().replace(" ", "") in said) == (True, True)


def test_a_stall_without_a_chinese_name_is_printed_with_its_korean_one(display):
    Market.objects.update(name_zh_hans=None)
    Display.objects.update(name_zh_hans="")
    [label] = printed(display)
    assert (label.shown["market"], label.shown["display"]) == ("충칭 해방비", "진열대 b-07")
    Display.objects.update(name_zh_hans="展架 C-01")
    assert wrong() == [(label.code, (Fault.TEXT,), True)]


def test_a_certificate_of_origin_is_claimed_only_where_there_is_one(display):
    Product.objects.update(origin_certificate="")
    text = text_of(sheet(printed(display)))
    assert ("韩国制造" in text, "产地证" in text) == (True, False)


@pytest.mark.parametrize("paper", ["a6", "a7", "a4"])
def test_the_qr_of_a_label_is_its_short_link(display, paper, settings):
    [label] = printed(display)
    png = sheet([label], paper=paper, format="png", ppi=200)
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    assert code.text == f"{settings.SITE_URL}/d/{label.code}/"


@pytest.mark.parametrize(("paper", "pages", "width"), [("a6", 9, 298), ("a7", 9, 210), ("a4", 2, 595)])
def test_each_paper_holds_its_labels(paper, pages, width):
    daily_terms()
    made = reader(sheet(printed(stall(9)), paper=paper)).pages
    assert (len(made), round(made[0].mediabox.width)) == (pages, width)


def test_five_hundred_labels_are_five_hundred_pages_with_the_fonts_subset_within(display):
    [label] = printed(display)
    pdf = sheet([label] * 500)
    pages = reader(pdf).pages
    fonts = pages[0]["/Resources"]["/Font"].values()
    described = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert len(pages) == 500
    assert described
    for descriptor in described:
        assert descriptor["/FontName"][7:8] == "+", "a subset is named ABCDEF+Name"
        assert len(descriptor["/FontFile3"].get_data()) < 100_000, "not the whole font"


def test_a_label_remembers_what_it_shows_and_who_printed_it(display):
    officer = kita_officer()
    [label] = labels.number_labels(display.products.all(), by=officer)
    label.refresh_from_db()
    assert (label.price_fen, label.landed_fen, label.rate_day) == (10110, 11030, timezone.localdate())
    assert (label.printed_by, label.superseded_at) == (officer, None)
    assert set(label.shown) == set(labels.TEXTS)
    assert label.shown["name"] == "高丽村 六年根红参浓缩液 10ml×30条"


def test_a_number_printed_again_looks_as_it_did(display):
    [label] = printed(display)
    Product.objects.update(name_zh_hans="别的名字")
    assert "高丽村六年根红参" in text_of(sheet([Label.objects.get(pk=label.pk)]))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda: Sku.objects.update(price_krw=9000), Fault.PRICE),
        (lambda: Product.objects.update(name_zh_hans="新名 红参"), Fault.NAME),
        (lambda: Seller.objects.update(town_zh_hans="忠南 锦山"), Fault.ORIGIN),
        (lambda: Product.objects.update(origin_certificate=""), Fault.ORIGIN),
        (lambda: Product.objects.update(delivery="bonded"), Fault.TEXT),
        (lambda: Display.objects.update(name_zh_hans="展架 C-01"), Fault.TEXT),
    ],
)
def test_a_label_whose_price_name_origin_or_text_changed_is_to_be_printed_again(display, change, fault):
    [label] = printed(display)
    assert wrong() == []
    change()
    assert wrong() == [(label.code, (fault,), True)]


def test_a_label_whose_option_gave_way_to_another_at_its_price_is_to_be_printed_again(display):
    [label] = printed(display)
    sku_in_stock(3, product=label.product, price_krw=label.sku.price_krw)
    Sku.objects.filter(pk=label.sku_id).update(is_active=False)
    assert wrong() == [(label.code, (Fault.OPTION,), True)]
    labels.reprint(Label.objects.all())
    assert wrong() == [(label.code, (Fault.SUPERSEDED,), False)]


def test_a_label_whose_option_went_up_is_listed_though_another_costs_what_it_says(display):
    sku_in_stock(3, product=display.products.get().product)
    [label] = printed(display)
    assert wrong() == []
    Sku.objects.filter(pk=label.sku_id).update(price_krw=27_000)
    assert wrong() == [(label.code, (Fault.PRICE,), True)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda: Product.objects.update(state="withdrawn"), Fault.OFF_SALE),
        (lambda: Seller.objects.update(state="suspended"), Fault.OFF_SALE),
        (lambda: Sku.objects.update(is_active=False), Fault.OFF_SALE),
        (lambda: Display.objects.get().products.all().delete(), Fault.OFF_DISPLAY),
    ],
)
def test_a_label_whose_product_has_gone_is_to_be_taken_away(display, change, fault):
    [label] = printed(display)
    change()
    assert wrong() == [(label.code, (fault,), False)]
    assert labels.take_away([label.pk]) == 1
    assert wrong() == []


def test_printing_again_supersedes_the_old_number_and_only_what_is_wrong():
    daily_terms()
    display = stall(3)
    old = printed(display)
    Sku.objects.filter(product=old[1].product).update(price_krw=9000)
    [new] = labels.reprint(Label.objects.all())
    assert (new.product, new.landed_fen) == (old[1].product, 5510)
    in_force = Label.objects.filter(superseded_at=None).values_list("code", flat=True)
    assert set(in_force) == {old[0].code, new.code, old[2].code}
    assert wrong() == [(old[1].code, (Fault.SUPERSEDED,), False)]
    assert labels.reprint(Label.objects.all()) == []


def test_a_superseded_paper_hangs_until_it_is_noted_as_taken_away(display):
    [old] = printed(display)
    scan = {"display": display, "product": old.product, "label": old}
    Scan.objects.create(**scan)
    printed(display)
    [row] = labels.outdated(Label.objects.all())
    assert (row.label, row.is_to_take_away, row.scanned_at) == (old, True, None)
    since = Scan.objects.create(**scan)
    assert [row.scanned_at for row in labels.outdated(Label.objects.all())] == [since.at]
    assert (labels.take_away([old.pk]), wrong()) == (1, [])


def test_when_a_number_went_out_of_force_is_kept_as_its_paper_is_taken_away(display):
    [old] = printed(display)
    printed(display)
    since = Label.objects.get(pk=old.pk).superseded_at
    labels.take_away([old.pk])
    old.refresh_from_db()
    assert (old.superseded_at, old.taken_away_at > since) == (since, True)


def test_a_product_that_cannot_be_printed_keeps_its_number_in_force(display):
    [label] = printed(display)
    Product.objects.update(state="withdrawn")
    assert printed(display) == []
    assert Label.objects.get(superseded_at=None) == label


def test_of_several_options_the_label_names_the_one_it_prices(display):
    product = display.products.get().product
    sku_in_stock(3, product=product, price_krw=90_000, label_zh_hans="100ml")
    assert "扫码价50ml" in text_of(sheet(printed(display)))


@pytest.mark.parametrize("paper", ["a6", "a7", "a4"])
def test_what_is_too_long_for_its_patch_is_cut_off(display, paper):
    product = display.products.get().product
    sku_in_stock(3, product=product, price_krw=90_000, label_zh_hans="100ml")
    product.skus.update(label_zh_hans="红参浓缩液礼盒装" * 5)
    said = text_of(sheet(printed(display), paper=paper))
    assert ("扫码价红参浓缩液礼盒装" in said, "红参浓缩液礼盒装" * 5 in said, "…" in said) == (
        True,
        False,
        True,
    )


def test_numbers_that_exist_are_drawn_again(display, monkeypatch):
    [label] = printed(display)
    drawn = iter([label.code, "NEW234"])
    monkeypatch.setattr(labels, "new_code", lambda: next(drawn))
    assert [new.code for new in printed(display)] == ["NEW234"]


def test_the_number_of_queries_does_not_grow_with_the_labels():
    daily_terms()

    def queries(goods, code):
        display = display_of(*(listable() for _ in range(goods)), code=code, market=code)
        with CaptureQueriesContext(connection) as captured:
            printed(display)
            printed(display)
            labels.outdated(display.labels.all())
            sheet(display.labels.all())
        return len(captured)

    few = queries(2, "few")
    assert (queries(20, "many"), few <= 60) == (few, True)


def test_a_market_opens_with_a_channel_for_each_display(display):
    assert (Market.objects.get().displays.count(), display.channel.kind) == (1, Channel.Kind.DISPLAY)


def test_kita_reads_a_label_line_by_line_as_on_the_paper(client, display):
    [label] = printed(display)
    client.force_login(kita_officer())
    html = client.get(reverse("admin:partners_label_change", args=[label.pk])).content.decode()
    for tag, line in (
        ("zh-Hans", label.shown["name"]),
        ("ko", label.shown["name_ko"]),
        ("zh-Hans", "韩国直邮 5–9 天到家"),
    ):
        assert f'<div lang="{tag}">{line}</div>' in html
    assert "delivery_from" not in html
