import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orders.addresses import (
    cities,
    clean_mobile,
    districts,
    parse_pasted,
    place_of,
    provinces,
    region_text,
    streets,
)


def every_street():
    return [s for p in provinces() for c in cities(p) for d in districts(c) for s in streets(d)]


def test_the_table_holds_the_mainland_down_to_the_street():
    all_cities = [c for p in provinces() for c in cities(p)]
    all_districts = [d for c in all_cities for d in districts(c)]
    assert (len(provinces()), len(all_cities), len(all_districts)) == (31, 342, 2978)
    assert sum(len(streets(d)) for d in all_districts) == 41352


def test_a_street_code_names_its_whole_path():
    place = place_of("500103001")
    assert (place.province, place.city, place.district) == ("重庆市", "市辖区", "渝中区")
    assert region_text(place) == f"重庆市 渝中区 {place.street}"


def test_a_city_without_districts_is_named_once():
    assert region_text(place_of("441900003")) == "广东省 东莞市 东城街道"


@pytest.mark.parametrize("code", ["", "99", "5099", "500199", "5", "abc", "500103999"])
def test_an_unknown_code_ends_at_what_is_known(code):
    assert place_of(code).street == ""


@pytest.mark.parametrize(
    "text",
    ["13800138000", "１３８００１３８０００", "+86 138-0013-8000", "0086 138 0013 8000", "8613800138000"],
)
def test_a_mobile_number_is_brought_to_eleven_digits(text):
    assert clean_mobile(text) == "13800138000"


@pytest.mark.parametrize(
    "text", ["", "12800138000", "1380013800", "138001380001", "010-82738-1234", "+821012345678"]
)
def test_another_number_is_refused(text):
    with pytest.raises(ValidationError):
        clean_mobile(text)


FOUND = {
    "name": "张三",
    "phone": "13800138000",
    "province_code": "50",
    "city_code": "5001",
    "district_code": "500103",
    "detail": "民权路28号英利国际1806室",
}


@pytest.mark.parametrize(
    "text",
    [
        "张三 13800138000 重庆市渝中区民权路28号英利国际1806室",
        "张三，138 0013 8000，重庆 渝中区 民权路28号英利国际1806室",
        "收货人：张三 手机号码：+86 13800138000 所在地区：重庆市市辖区渝中区 详细地址：民权路28号英利国际1806室",
        "重庆市重庆市渝中区民权路28号英利国际1806室 张三 １３８００１３８０００",
        "张三13800138000重庆市渝中民权路28号英利国际1806室",
    ],
)
def test_a_pasted_address_fills_the_fields(text):
    assert parse_pasted(text) == FOUND


def test_a_pasted_text_without_an_address_gives_what_it_has():
    assert parse_pasted("李四 13912345678") == {"name": "李四", "phone": "13912345678"}
    assert parse_pasted("") == {}


def test_every_street_is_found_again_in_its_own_text():
    lost = []
    for code in every_street():
        place = place_of(code)
        found = parse_pasted(f"王芳 13912345678 {region_text(place)} 8号楼302")
        street = place.street_code if place.street != place.district else ""
        if (found.get("district_code"), found.get("street_code", ""), found.get("detail")) != (
            place.district_code,
            street,
            "8号楼302",
        ):
            lost.append((code, region_text(place), found))
    assert lost == []


@given(st.text(max_size=80))
def test_no_pasted_text_breaks_the_parser(text):
    assert set(parse_pasted(text)) <= {*FOUND, "street_code"}
