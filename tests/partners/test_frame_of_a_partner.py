"""Colours and logo of a partner's frame: readable whatever colour was chosen, checked, kept for ever."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from partners.colours import READABLE, WHITE, contrast, frame_css
from partners.models import PartnerMall
from tests.factories.catalog import daily_terms
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer

colours = st.integers(0, 0xFFFFFF).map("{:06x}".format)


@given(colours)
def test_every_text_of_a_frame_can_be_read(colour):
    token = dict(re.findall(r"--([\w-]+): #(\w{6});", frame_css(colour)))
    pairs = [("frame", token["frame-ink"]), ("accent", WHITE), ("accent", token["accent-tint"])]
    assert token["frame"] == colour
    assert min(contrast(token[name], other) for name, other in pairs) >= READABLE


def test_contrast_is_that_of_the_guidelines():
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.478, abs=0.001)


def test_a_good_colour_stays_as_it_is():
    assert "--accent: #5b2a86;" in frame_css("5b2a86")
    assert "--frame-ink: #1a1f2b;" in frame_css("ffd400")


def picture(size=(200, 80), kind="PNG"):
    out = BytesIO()
    Image.new("RGBA", size, (90, 40, 130, 128)).save(out, kind)
    return SimpleUploadedFile("logo.png", out.getvalue())


def saved(client, mall, **changes):
    url = reverse("admin:partners_partnermall_change", args=[mall.pk])
    form = client.get(url).context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, "")}
    counts = {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}
    return client.post(url, data | counts | {"rule": "{}"} | changes)


@pytest.mark.django_db
class TestOnTheDesk:
    @pytest.fixture(autouse=True)
    def desk(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        daily_terms()
        self.mall = partner_mall()
        client.force_login(kita_officer())

    def test_a_logo_is_kept_small_and_shown_in_the_head(self, client):
        assert saved(client, self.mall, new_logo=picture((2000, 500))).status_code == 302
        html = client.get("/zh-hans/partner/igetmall/").content.decode()
        answer = client.get(re.search(r"/partner-frame/\w{32}\.png", html)[0])
        assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == (480, 120)
        assert "immutable" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        "upload", [picture((20, 20)), SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>")]
    )
    def test_what_is_no_picture_or_too_small_comes_back_at_its_field(self, client, upload):
        form = saved(client, self.mall, new_logo=upload).context["adminform"].form
        assert list(form.errors) == ["new_logo"]
        assert PartnerMall.objects.get().logo == ""

    def test_a_colour_that_is_none_comes_back_at_its_field(self, client):
        form = saved(client, self.mall, colour="purple!").context["adminform"].form
        assert list(form.errors) == ["colour"]
