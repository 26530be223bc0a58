"""Rows below one page that want what another row of it has: it works in the order of the page, or is said at the field."""

import pytest

from tests.factories.catalog import AttributeFactory, ProductFactory
from tests.factories.people import kita_officer
from tests.kmall.test_saving_twice import ROWS, as_shown, page

pytestmark = pytest.mark.django_db
TOLD = "다른 행이 아직 이것을 가지고 있습니다"
KEYS = {
    "members": ("user", lambda: kita_officer().pk),
    "items": ("product", lambda: ProductFactory().pk),
    "options": ("code", lambda: "blue"),
    "categoryattribute_set": ("attribute", lambda: AttributeFactory().pk),
    "products": ("product", lambda: ProductFactory().pk),
}


@pytest.fixture(params=ROWS)
def two(request, client):
    """A page with two rows below it, the boxes of what no two may have, and all boxes as its editor has them."""
    client.force_login(kita_officer())
    parent, below, row, _other = request.param()
    key, another = KEYS[below]
    data = as_shown(client.get(page(parent))) | {f"{below}-TOTAL_FORMS": 2}
    for number, value in enumerate((row[key], another())):
        data |= {f"{below}-{number}-{name}": text for name, text in (row | {key: value}).items()}
    assert client.post(page(parent), data).status_code == 302
    shown = as_shown(client.get(page(parent)))
    return client, parent, [f"{below}-{number}-{key}" for number in range(2)], shown


def kept(client, parent, boxes) -> list:
    shown = as_shown(client.get(page(parent)))
    return [shown.get(box) for box in boxes]


def test_two_rows_that_swap_are_told_at_the_field(two):
    client, parent, boxes, shown = two
    first, second = (shown[box] for box in boxes)
    answer = client.post(page(parent), shown | {boxes[0]: second, boxes[1]: first})
    assert answer.status_code == 200
    formset = next(
        inline.formset for inline in answer.context["inline_admin_formsets"] if inline.formset.errors
    )
    wrong = {f"{form.prefix}-{name}": list(texts) for form in formset for name, texts in form.errors.items()}
    assert list(wrong) == [boxes[0]]
    assert TOLD in wrong[boxes[0]][0]
    assert kept(client, parent, boxes) == [first, second]


def test_a_row_takes_the_place_that_another_leaves(two):
    """An earlier one by moving on, a later one by going."""
    client, parent, boxes, shown = two
    third = "green" if "options" in boxes[0] else KEYS[boxes[0].split("-")[0]][1]()
    moved = shown | {boxes[0]: third, boxes[1]: shown[boxes[0]]}
    assert client.post(page(parent), moved).status_code == 302
    assert kept(client, parent, boxes) == [third, shown[boxes[0]]]
    if "options" in boxes[0]:
        return  # an option stays: goods have it
    gone = moved | {boxes[0]: moved[boxes[1]], boxes[1].rsplit("-", 1)[0] + "-DELETE": "on"}
    assert client.post(page(parent), gone).status_code == 302
    assert kept(client, parent, boxes) == [moved[boxes[1]], None]
