"""Chinese addresses: the regions down to the street, phone numbers, and an address pasted in one line."""

import functools
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = Path(__file__).parent / "regions"
# Rows of the table that are no places: they group districts and counties, and stand on no envelope.
GROUPINGS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_PASSED_OVER = re.compile(f"^(?:{'|'.join(sorted(GROUPINGS, key=len, reverse=True))})")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"^(?:\+?86|0086)")
_PASTED_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]*)?(1[3-9](?:[\s-]?\d){9})(?!\d)")
_LABELS = re.compile(
    r"(?:收货人|收件人|姓名|手机号码|手机号|手机|联系电话|电话|所在地区|详细地址|收货地址|地址)\s*[::]"
)
_GAPS = re.compile(r"[\s,;、。]+")
_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff·]{2,8}|[A-Za-z][A-Za-z .]{1,30}")


@dataclass(frozen=True)
class Place:
    """A street (or the lowest level that is known) with the codes and names above it. Empty: not known."""

    province_code: str = ""
    city_code: str = ""
    district_code: str = ""
    street_code: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""


@functools.cache
def provinces() -> dict[str, str]:
    """Code to name of the 31 provinces of the mainland."""
    return json.loads((REGIONS / "provinces.json").read_text())


@functools.lru_cache(maxsize=31)
def _province(code: str) -> dict:
    return json.loads((REGIONS / f"{code}.json").read_text()) if code in provinces() else {}


def cities(province_code: str) -> dict[str, str]:
    return {code: name for code, (name, _districts) in _province(province_code).items()}


def districts(city_code: str) -> dict[str, str]:
    _name, below = _province(city_code[:2]).get(city_code, ("", {}))
    return {code: name for code, (name, _streets) in below.items()}


def streets(district_code: str) -> dict[str, str]:
    _name, below = _province(district_code[:2]).get(district_code[:4], ("", {}))
    return below.get(district_code, ("", {}))[1]


def children(code: str) -> dict[str, str]:
    """What lies directly below a code of 0 (provinces), 2, 4 or 6 digits."""
    below = {0: lambda _code: provinces(), 2: cities, 4: districts, 6: streets}.get(len(code))
    return below(code) if below else {}


def place_of(code: str) -> Place:
    """Codes and names along the path to a code of 2, 4, 6 or 9 digits; unknown codes give an empty place."""
    found = {}
    for level, length, parent in (
        ("province", 2, 0),
        ("city", 4, 2),
        ("district", 6, 4),
        ("street", 9, 6),
    ):
        part = code[:length]
        name = children(code[:parent]).get(part) if len(part) == length else None
        if name is None:
            break
        found |= {level: name, f"{level}_code": part}
    return Place(**found)


def region_text(place) -> str:
    """Province to street as written on an envelope: no groupings, no name twice. Any row with them."""
    names = [place.province, place.city, place.district, place.street]
    shown = [name for i, name in enumerate(names) if name and name not in GROUPINGS and name not in names[:i]]
    return " ".join(shown)


def clean_mobile(text: str) -> str:
    """Eleven ASCII digits of a mobile number of the mainland. Raises `ValidationError`."""
    digits = _PREFIX.sub("", re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", text)))
    if not _MOBILE.fullmatch(digits):
        raise ValidationError(
            _("Please enter a mobile number of 11 digits that starts with 13 to 19."), code="mobile"
        )
    return digits


def parse_pasted(text: str) -> dict[str, str]:
    """Fields found in an address pasted in one go, such as "张三 13800138000 重庆市渝中区民权路28号".

    Keys, each only where found: name, phone, detail, and the `Place` codes of the regions.
    """
    rest = _LABELS.sub(" ", unicodedata.normalize("NFKC", text))
    found = {}
    if phone := _PASTED_PHONE.search(rest):
        found["phone"] = re.sub(r"\D", "", phone.group(1))
        rest = rest[: phone.start()] + " " + rest[phone.end() :]
    words = [word for word in _GAPS.split(rest) if word]
    start = next((i for i, word in enumerate(words) if _starts_with_province(word)), None)
    if start is None:
        return found | _name_among(words)
    # The address runs on to the end, unless the last word alone can be the name ("地址 张三").
    before, address = words[:start], words[start:]
    found |= _name_among(before)
    if "name" not in found and len(address) > 1 and re.fullmatch(_NAME, address[-1]) and len(address[-1]) < 5:
        found["name"] = address.pop()
    codes, detail = _regions_in("".join(address))
    return found | codes | ({"detail": detail} if detail else {})


def _name_among(words) -> dict[str, str]:
    name = next((word for word in words if _NAME.fullmatch(word)), None)
    return {"name": name} if name else {}


def _starts_with_province(word: str) -> bool:
    return bool(_match(word, provinces())[0])


def _regions_in(text: str) -> tuple[dict[str, str], str]:
    """Codes of the regions at the head of a text, and what follows them."""
    province, rest = _match(text, provinces())
    if not province:
        return {}, text
    codes = {"province_code": province}
    city, rest = _match(rest, cities(province))
    options = cities(province)
    # "重庆市渝中区", "湖北省仙桃市": the level between is left out, and the district tells it.
    candidates = {c: n for code in ([city] if city else options) for c, n in districts(code).items()}
    # Dongguan and its like have no level of their own here: "东莞" of "东莞港" is the street's, no district.
    alone = city and len(candidates) == 1
    below = _PASSED_OVER.sub("", rest.removeprefix(provinces()[province]))
    district, after = _match(below, candidates, whole=alone)
    if district:
        city, rest = district[:4], after
    if city:
        codes["city_code"] = city
    if not district and alone:
        district = next(iter(candidates))
    if district:
        codes["district_code"] = district
        street, rest = _match(rest, streets(district), whole=True)
        if street:
            codes["street_code"] = street
    return codes, rest


def _match(text: str, options: dict[str, str], *, whole: bool = False) -> tuple[str, str]:
    """The option that a text begins with, longest first; and the rest. Its suffix (省, 市 …) may be missing,
    except where `whole`: a street's short name may as well be part of the house.
    """
    best = ("", text)
    length = 0
    for code, name in options.items():
        if name in GROUPINGS:
            continue
        for form in _forms(name)[:1] if whole else _forms(name):
            if len(form) > length and text.startswith(form):
                best, length = (code, text[len(form) :]), len(form)
    return best


@functools.lru_cache(maxsize=50_000)
def _forms(name: str) -> tuple[str, ...]:
    """A region's name and its short form, as a pasted text is read: half-width brackets, no gaps."""
    name = _GAPS.sub("", unicodedata.normalize("NFKC", name))
    short = re.sub(
        r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|自治[州县]|地区|盟|区|县|旗|街道办事处|街道|镇|乡)$", "", name
    )
    return (name, short) if len(short) >= 2 else (name,)
