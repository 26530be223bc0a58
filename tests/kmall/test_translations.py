"""Texts are collected by area and kept apart, so that teams do not meet in one file."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from kmall import translations


@pytest.mark.parametrize(
    ("source", "area"),
    [
        ("catalog/views/product.py", "catalog"),
        ("templates/orders/cart.html", "orders"),
        ("templates/admin/index.html", "desk"),
        ("orders/admin/order.py", "desk"),
        ("orders/reports/sales.py", "desk"),
        ("partners/models/listing.py", "desk"),
        ("kmall/desk.py", "desk"),
        ("templates/404.html", "kmall"),
        ("kmall/accounts/forms.py", "kmall"),
    ],
)
def test_a_text_belongs_to_the_area_of_its_file(source, area):
    assert translations.area_of(Path(source)) == area


@pytest.fixture
def project(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates/catalog").mkdir(parents=True)
    (tmp_path / "catalog").mkdir()
    return tmp_path


def test_texts_of_modules_and_templates_are_found(project):
    (project / "catalog/views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        '_("Cart")\nngettext("%(n)s item", "%(n)s items", 2)\npgettext("verb", "Order")\n'
    )
    (project / "templates/catalog/page.html").write_text(
        '{% load i18n %}<p title="{% translate "Home" %}">\n  {% blocktranslate trimmed %}\n'
        "  Two\n  lines{% endblocktranslate %} {{ _('Tag') }} it's\n"
    )
    said = translations.texts(project)["catalog"]
    assert {(m.id, m.context) for m in said if m.id} == {
        ("Cart", None),
        (("%(n)s item", "%(n)s items"), None),
        ("Order", "verb"),
        ("Home", None),
        ("Two lines", None),
        ("Tag", None),
    }


def test_a_translation_outlives_the_absence_of_its_text():
    old, with_text, without_text = Catalog(locale="ko"), Catalog(), Catalog()
    old.add("Cart", "장바구니")
    with_text.add("Cart")
    without = translations.merged(without_text, old, "ko")
    assert [m.id for m in without if m.id] == []
    assert translations.merged(with_text, without, "ko").get("Cart").string == "장바구니"


def test_writing_what_was_read_changes_nothing(tmp_path):
    catalog = Catalog(locale="zh_Hans")
    catalog.add("Cart", "购物车", locations=[("catalog/views.py", 1)])
    catalog.add(("%(n)s item", "%(n)s items"), ("%(n)s 件",), flags=["python-format"])
    text = translations.written(catalog, with_obsolete=True)
    path = tmp_path / "django.po"
    path.write_text(text)
    again = translations.merged(catalog, translations.read(path, "zh_Hans"), "zh_Hans")
    assert translations.written(again, with_obsolete=True) == text


def test_the_check_names_what_is_not_translated(project, capsys):
    (project / "catalog/views.py").write_text('_("Cart")')
    call_command("messages")
    with pytest.raises(CommandError, match="catalog ko: not translated: 'Cart'"):
        call_command("messages", check=True)


def test_the_check_names_a_text_that_two_areas_translate_differently(project):
    for area, word in (("catalog", "주문"), ("orders", "오더")):
        catalog = Catalog(locale="ko")
        catalog.add("Order", word)
        path = translations.path_of(project, area, "ko")
        path.parent.mkdir(parents=True)
        path.write_text(translations.written(catalog, with_obsolete=False))
    with pytest.raises(CommandError, match=r"'Order' is .*주문.*오더"):
        call_command("messages", check=True)


def test_compiled_catalogues_follow_their_sources(tmp_path):
    po = translations.path_of(tmp_path, "catalog", "ko")
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Language: ko\\n"\n\nmsgid "Cart"\nmsgstr "장바구니"\n')
    assert (translations.compile_catalogues(tmp_path), translations.compile_catalogues(tmp_path)) == (1, 0)
    assert "장바구니".encode() in po.with_suffix(".mo").read_bytes()


def korean(area: str) -> list[str]:
    catalog = translations.read(translations.path_of(settings.BASE_DIR, area, "ko"), "ko")
    return [str(message.string) for message in catalog if message.id]


def test_korean_calls_a_seller_one_thing_in_the_shop_and_one_at_the_desk():
    shop = [text for area in ("kmall", "catalog", "orders") for text in korean(area)]
    assert [text for text in shop if "셀러" in text] == []
    assert [text for text in korean("desk") if "판매자" in text] == []


def test_korean_writes_from_and_to_with_a_wave():
    texts = [text for area in translations.AREAS for text in korean(area)]
    assert [text for text in texts if re.search(r"\d[–-]\d+(일|시|개월|:)", text)] == []
