import random
import re
import tomllib
from io import BytesIO

import noto_cjk_sans_otc
import pytest
import resvg_py
from PIL import Image, ImageFont

from catalog.demo.drawings import KINDS
from catalog.demo.drawings.draw import VIEWS, draw
from catalog.demo.drawings.motifs import MOTIFS, pick
from catalog.demo.drawings.palette import PALETTES, colours, contrast, ink_on, readable
from catalog.demo.drawings.shapes import FOLDER
from catalog.demo.drawings.words import fit, width

FONT = str(noto_cjk_sans_otc.FONT_PATH)
GIVEN = {
    "brand": "순담", "line": "수광 진정 크림", "label": "50ml × 2개", "colours": ("#eef4fb", "#3f78b5"), "ground": 1,
}  # fmt: skip


def rendered(kind, view=0, seed=5, side=64, **changed):
    svg = draw(kind, **(GIVEN | {"view": view, "seed": seed} | changed))
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side, skip_system_fonts=True, font_files=[FONT])
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_from_every_side(kind):
    variants = len(list(FOLDER.glob(f"{kind}.svg")) + list(FOLDER.glob(f"{kind}-?.svg")))
    assert variants
    for variant in range(variants):
        pictures = [rendered(kind, view, seed=7 * variant) for view in range(len(VIEWS))]
        assert len({picture.tobytes() for picture in pictures}) == len(VIEWS)
        assert all(len(picture.getcolors(64 * 64)) > 30 for picture in pictures)


@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_of_a_kind_do_not_look_alike(kind):
    chance = random.Random(kind)
    looks = {
        rendered(
            kind, seed=seed, colours=colours(chance.choice(sorted(PALETTES)), seed), ground=seed
        ).tobytes()
        for seed in range(8)
    }
    assert len(looks) == 8


def test_the_same_recipe_is_the_same_drawing():
    assert draw("jar", view=2, seed=11, **GIVEN) == draw("jar", view=2, seed=11, **GIVEN)


@pytest.mark.parametrize("kind", ["pump", "jar", "mask", "gift", "ramen", "box", "notebook"])
def test_brand_line_and_volume_stand_on_the_pack(kind):
    for seed in range(0, 60, 7):
        letters = "".join(re.findall(r">([^<]+)</text>", draw(kind, view=0, seed=seed, **GIVEN)))
        for words in (GIVEN["brand"], GIVEN["line"], GIVEN["label"]):
            assert words in letters


@pytest.mark.parametrize("text", ["순담", "纯淡", "Sundam"])
def test_hangul_hanzi_and_latin_have_their_glyphs(text):
    with_text, without = (
        rendered("soap", seed=7, side=200, brand=brand, line="", label="") for brand in (text, "")
    )
    missing = rendered("soap", seed=7, side=200, brand="\U000e0100" * 2, line="", label="")
    assert with_text.tobytes() not in (without.tobytes(), missing.tobytes())


def test_markup_in_a_name_stays_text():
    svg = draw("jar", view=0, seed=3, **(GIVEN | {"brand": 'A&B <"팜">'}))
    assert "<&" not in svg
    assert resvg_py.svg_to_bytes(svg_string=svg, width=32, skip_system_fonts=True, font_files=[FONT])


@pytest.mark.parametrize(
    "text", ["고려홍삼 진액 골드", "雪肌水光补水面膜", "VITA Whitening Mist", "10ml × 30포", "21호"]
)
def test_the_estimated_width_is_never_too_narrow(text):
    measured = ImageFont.truetype(FONT, 100).getlength(text)
    assert measured <= width(text, 100) <= measured * 1.35


def test_a_long_name_gets_smaller_and_then_shorter():
    text, size, _ = fit("아주 오래된 마을의 햇쌀로 지은 누룽지 수분 크림", 20, 90)
    assert (size, text) == (7.5, "아주 오래된 마을의 햇쌀로")
    assert fit("쌀 크림", 20, 90)[:2] == ("쌀 크림", 20)


def test_words_ask_for_their_emblem():
    assert pick("6년근 홍삼정", 1) == "ginseng"
    assert pick("제주 유자 보습", 1) == "citrus"
    assert pick("nothing asked", 1) in MOTIFS


def test_an_accent_can_be_read_on_its_pack():
    for family in PALETTES.values():
        for primary, secondary in family:
            assert contrast(readable(secondary, primary), primary) >= 3


def test_two_products_of_one_colour_family_have_their_own_shade():
    pairs = [colours("green", seed) for seed in range(48)]
    assert len(set(pairs)) == 48
    assert colours("green", 5) == pairs[5]
    assert all(contrast(ink, primary) > 2.5 for primary, _ in pairs for ink in [ink_on(primary)])


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        draw("submarine", view=0, seed=1, **GIVEN)


def test_every_category_of_the_demo_mall_has_a_kind_that_can_be_drawn():
    asked = set()
    for path in sorted((FOLDER.parent.parent / "vocabulary").glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
            for leaf in group["leaf"]:
                asked |= {leaf["kind"], *(kind for noun in leaf["nouns"] for kind in noun[2:])}
    assert len(asked) > 55
    assert asked <= set(KINDS)
