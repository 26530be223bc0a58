import io

import pypdf
import pytest
import typst
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.models import Sku
from orders.freight import freight_at
from orders.models import Channel
from partners import labels
from partners.models import Display, DisplayProduct, Market, Scan
from partners.setup import open_market
from tests.factories.catalog import daily_terms
from tests.factories.partners import listable

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    daily_terms()
    product = listable(
        name_zh_hans="高丽村 六年根红参浓缩液 10ml×30条", name_ko="고려촌 6년근 홍삼스틱 10ml×30포"
    )
    open_market(
        code="jiefangbei", name_ko="충칭 해방비", name_zh_hans="重庆解放碑 韩国商品展区", place_ko="충칭", place_zh_hans="重庆市渝中区",
        displays=[{"code": "b-07", "name_ko": "진열대 B-07", "name_zh_hans": "展架 B-07", "products": [product.pk]}],
    )  # fmt: skip
    return DisplayProduct.objects.get()


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_label_says_name_price_and_place_in_both_scripts(item):
    [label] = labels.number_labels([item])
    text = text_of(labels.sheet([label])).replace(" ", "").replace("\n", "")
    for part in (
        "高丽村六年根红参浓缩液",
        "고려촌6년근홍삼스틱",
        "扫码价",
        "101",
        ".10",
        "含税¥110.30",
        "济州西归浦",
        "展架B-07",
        label.code,
    ):
        assert part.replace(" ", "") in text, part
    assert "免运费" not in text, "a parcel of this value pays freight"


@pytest.mark.parametrize("paper", ["a6", "a4"])
def test_the_qr_of_a_label_is_its_short_link(item, paper, settings):
    [label] = labels.number_labels([item])
    png = _picture([label], paper)
    [code] = zxingcpp.read_barcodes(png)
    assert code.text == f"{settings.SITE_URL}/d/{label.code}/"


def _picture(rows, paper):
    """The print as pixels, by the same sheet."""
    import json
    from pathlib import Path

    made = typst.compile(
        labels.SHEET, root=labels.settings.BASE_DIR, font_paths=[str(Path(labels.FONT_PATH).parent)], ignore_system_fonts=True,
        format="png", ppi=150, sys_inputs={"labels": json.dumps([labels._row(row, freight_at(timezone.localdate())) for row in rows]), "paper": paper},
    )  # fmt: skip
    return Image.open(io.BytesIO(made))


def test_eight_labels_fit_on_a_sheet_of_a4(item):
    rows = labels.number_labels([item] * 9)
    pages = pypdf.PdfReader(io.BytesIO(labels.sheet(rows, paper="a4"))).pages
    assert (len(pages), round(pages[0].mediabox.width)) == (2, 595)
    assert len(pypdf.PdfReader(io.BytesIO(labels.sheet(rows))).pages) == 9


def test_a_label_remembers_its_price_and_is_listed_when_it_is_out_of_date(item):
    [label] = labels.number_labels([item])
    assert labels.outdated(item.display) == []
    Sku.objects.update(price_krw=9000)
    assert labels.outdated(item.display) == [label]
    labels.number_labels([item])
    assert labels.outdated(item.display) == []


def test_a_scan_leads_to_the_product_and_is_credited_to_the_display(item, client):
    [label] = labels.number_labels([item])
    answer = client.get(f"/d/{label.code.lower()}/")
    assert answer.url == f"/zh-hans/p/{item.product.slug}/"
    scan = Scan.objects.get()
    assert (scan.label, scan.visit.display, str(scan.visit.pk)) == (
        label,
        item.display,
        answer.cookies["kv"].value,
    )


def test_a_scan_of_an_old_label_shows_todays_price_and_says_so(item, client):
    [label] = labels.number_labels([item])
    Sku.objects.update(price_krw=9000)
    page = client.get(f"/d/{label.code}/").content.decode()
    assert "¥110.30" in page
    assert "¥55.10" in page
    assert len(page) < 3000


def test_a_closed_display_credits_nobody(item, client):
    [label] = labels.number_labels([item])
    Display.objects.update(is_open=False)
    assert "kv" not in client.get(f"/d/{label.code}/").cookies
    assert Scan.objects.get().visit is None


def test_a_market_opens_with_a_channel_for_each_display(item):
    assert (Market.objects.get().displays.count(), item.display.channel.kind) == (1, Channel.Kind.DISPLAY)
    assert reverse("links:scan", args=["ABC234"]) == "/d/ABC234/"
