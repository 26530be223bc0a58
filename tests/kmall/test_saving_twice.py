"""A double click on Save, or two people at a page: the same row below it again is never a fault."""

import pytest
from django.forms import MultiWidget
from django.urls import reverse

from catalog.models import CategoryAttribute, Collection
from kmall.models import User
from partners.admin.displays import DisplayAdmin
from partners.models import DisplayProduct
from tests.factories.catalog import AttributeFactory, CategoryFactory, ProductFactory, SellerFactory
from tests.factories.displays import display_of
from tests.factories.people import kita_officer
from tests.races.rival import run_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def member_row():
    user = User.objects.create_user(email="member@seller.test", is_staff=True)
    return SellerFactory(), "members", {"user": user.pk, "role": "editor"}, {"role": "owner"}


def item_row():
    collection = Collection.objects.create(slug="autumn", title_ko="가을", title_zh_hans="秋")
    return collection, "items", {"product": ProductFactory().pk, "position": "3"}, {"position": "4"}


def option_row():
    row = {"code": "red", "label_ko": "빨강", "label_zh_hans": "红", "position": "1"}
    return AttributeFactory(), "options", row, {"label_ko": "분홍"}


def attribute_row():
    row = {"attribute": AttributeFactory().pk, "is_filter": "on", "position": "1"}
    return CategoryFactory(), "categoryattribute_set", row, {"position": "2"}


def shelf_row():
    return display_of(), "products", {"product": ProductFactory().pk, "position": ""}, {"position": "2"}


ROWS = [member_row, item_row, option_row, attribute_row, shelf_row]


def page(parent) -> str:
    return reverse(f"admin:{parent._meta.label_lower.replace('.', '_')}_change", args=[parent.pk])


def as_shown(answer) -> dict:
    """What the page would post as it stands."""
    sets = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    forms = [answer.context["adminform"].form]
    forms += [form for formset in sets for form in (formset.management_form, *formset.forms)]
    data = {}
    for box in (box for form in forms for box in form):
        value, widget = box.value(), box.field.widget
        parts = widget.decompress(value) if isinstance(widget, MultiWidget) else None
        named = {f"{box.html_name}_{n}": part for n, part in enumerate(parts or ())} or {box.html_name: value}
        data |= {name: part for name, part in named.items() if part is not None and part is not False}
    return data


def with_row(kita, parent, below, row) -> dict:
    return as_shown(kita.get(page(parent))) | {
        f"{below}-TOTAL_FORMS": 1,
        **{f"{below}-0-{name}": value for name, value in row.items()},
    }


@pytest.mark.parametrize("made", ROWS)
def test_a_second_click_ends_as_the_first(kita, made):
    parent, below, row, _other = made()
    data = with_row(kita, parent, below, row)
    assert [kita.post(page(parent), data).status_code for _click in range(2)] == [302, 302]
    assert getattr(parent, below).count() == 1


@pytest.mark.parametrize("made", ROWS)
def test_the_same_row_with_other_words_is_said_at_its_place(kita, made):
    parent, below, row, other = made()
    data = with_row(kita, parent, below, row)
    kita.post(page(parent), data)
    before = getattr(parent, below).values().get()
    answer = kita.post(page(parent), data | {f"{below}-0-{name}": value for name, value in other.items()})
    assert answer.status_code == 200
    assert "이미 목록에 있습니다" in answer.content.decode()
    assert getattr(parent, below).values().get() == before


def test_a_row_may_take_the_place_of_one_that_goes_with_the_same_click(kita):
    parent, below, row, _other = attribute_row()
    old = CategoryAttribute.objects.create(category=parent, attribute_id=row["attribute"])
    shown = as_shown(kita.get(page(parent))) | {f"{below}-0-DELETE": "on", f"{below}-TOTAL_FORMS": 2}
    new = {f"{below}-1-{name}": value for name, value in row.items()}
    assert kita.post(page(parent), shown | new).status_code == 302
    assert CategoryAttribute.objects.get().pk != old.pk


@pytest.mark.django_db(transaction=True)
def test_a_second_click_that_overtakes_the_first_ends_as_it_too(kita):
    parent, below, row, _other = shelf_row()
    data = with_row(kita, parent, below, row)

    def first():
        DisplayProduct.objects.create(display=parent, product_id=row["product"])

    with run_before(DisplayAdmin, "save_model", first):
        assert kita.post(page(parent), data).status_code == 302
    assert DisplayProduct.objects.count() == 1
