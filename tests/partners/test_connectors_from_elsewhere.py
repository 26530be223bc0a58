"""A connector that lives in a distribution of its own, found by its entry point."""

import importlib
import sys

import pytest
from django.urls import reverse

from partners.connectors import connect
from partners.connectors.connector import BadCredentials
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer
from tests.partners.mall import ROOT
from tests.partners.played import malls

pytestmark = pytest.mark.django_db

MODULE = """
class Harbin:
    def __init__(self, base_url):
        self.base_url = base_url

def connect(partner):
    return Harbin(partner.base_url)
"""

PLAYED = """
from tests.partners.played import OF_CALLS, Played

MALL = Played("harbin", "stand.harbin", key={"secret": "s"}, skin_care="0101", faults=OF_CALLS)
"""


@pytest.fixture
def harbin(tmp_path, monkeypatch):
    """The distribution kmall24-harbin, installed as pip would leave it."""
    (tmp_path / "kmall24_harbin.py").write_text(MODULE)
    (tmp_path / "kmall24_harbin_played.py").write_text(PLAYED)
    info = tmp_path / "kmall24_harbin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kmall24-harbin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kmall24.connectors]\nharbin = kmall24_harbin\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield
    for name in ("kmall24_harbin", "kmall24_harbin_played"):
        sys.modules.pop(name, None)


def test_an_installed_connector_is_connected_by_its_name(harbin):
    partner = partner_mall("https://open.harbin.example", connector="harbin")
    assert connect(partner).base_url == "https://open.harbin.example"


def test_its_author_plays_the_tests_of_every_mall_with_it_alone(harbin):
    (played,) = malls("kmall24_harbin_played").values()
    assert connect(played.open("https://open.harbin.example")).base_url == "https://open.harbin.example"


def test_a_mall_of_goods_alone_is_asked_about_goods_alone():
    """Of each file of tests of every mall: whether it says what the mall must be able to."""
    asked = set()
    for file in (ROOT / "tests/partners/every_mall").glob("test_*.py"):
        marks = importlib.import_module(f"tests.partners.every_mall.{file.stem}").pytestmark
        needed = [mark for mark in (marks if isinstance(marks, list) else [marks]) if mark.name == "needs"]
        asked |= set() if needed else {file.stem}
    assert asked == {"test_calls", "test_convergence", "test_declaring", "test_goods"}


def test_a_name_that_nobody_has_is_a_matter_for_a_person():
    with pytest.raises(BadCredentials, match="nowhere"):
        connect(partner_mall(connector="nowhere"))


def test_the_desk_offers_what_ships_and_what_is_installed(harbin, client):
    client.force_login(kita_officer())
    html = client.get(reverse("admin:partners_partnermall_add")).content.decode()
    assert 'value="harbin"' in html
    assert "harbin (kmall24-harbin)" in html
    assert 'value="igetmall"' in html


def test_a_partner_whose_connector_is_gone_can_still_be_opened(client):
    client.force_login(kita_officer())
    partner = partner_mall(connector="gone")
    page = client.get(reverse("admin:partners_partnermall_change", args=[partner.pk]))
    assert page.status_code == 200
    assert "gone" in page.content.decode()
