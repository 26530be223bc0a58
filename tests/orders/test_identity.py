from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orders.identity import CHECK_CHARACTERS, birth_date, check_character, clean_name, clean_number


def refusal(text):
    with pytest.raises(ValidationError) as caught:
        clean_number(text)
    return caught.value.code


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_samples_of_the_standard_have_right_check_characters(number):
    assert check_character(number[:17]) == number[17]


def test_a_number_is_stored_in_ascii_with_a_capital_x():
    assert clean_number("１１０１０５ 19491231 002x") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("500103930618271", "old_card"),
        ("", "form"),
        ("50010319930618271", "form"),
        ("5001031993061827155", "form"),
        ("50010319930618271A", "form"),
        ("99010519491231002X", "province"),
        ("110105194913310024", "birth"),
        ("110105209912310029", "birth"),
        ("440524188001010014", "birth"),
        ("110105194912310021", "check"),
    ],
)
def test_a_wrong_number_is_refused_for_its_own_reason(text, code):
    assert refusal(text) == code


def test_an_abolished_region_is_accepted():
    first = "51020219700101001"
    assert clean_number(first + check_character(first))


first_seventeen = st.builds(
    "{}{:04}{:%Y%m%d}{:03}".format,
    st.sampled_from(["11", "50", "71", "83"]),
    st.integers(0, 9999),
    st.dates(min_value=date(1920, 1, 1), max_value=date(2020, 1, 1)),
    st.integers(0, 999),
)


@given(first_seventeen)
def test_exactly_one_check_character_fits(first):
    right = first + check_character(first)
    assert clean_number(right) == right
    assert {refusal(first + other) for other in CHECK_CHARACTERS if first + other != right} == {"check"}
    assert f"{birth_date(right):%Y%m%d}" == first[6:14]


@given(first_seventeen, st.integers(0, 15))
def test_two_neighbours_exchanged_never_pass_unseen(first, place):
    number = first + check_character(first)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(ValidationError):
            clean_number(swapped)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        (" 欧阳 小明 ", "欧阳小明"),
        ("迪丽热巴·迪力木拉提", "迪丽热巴·迪力木拉提"),
        ("阿依•古丽", "阿依·古丽"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_a_chinese_name_is_accepted(text, name):
    assert clean_name(text) == name


@pytest.mark.parametrize("text", ["", "张", "Zhang San", "김철수", "张3", "·张三", "张三" * 20])
def test_what_is_no_chinese_name_is_refused(text):
    with pytest.raises(ValidationError):
        clean_name(text)
