"""KITA sets up markets and displays on the desk: goods in order, a photo, a person in charge."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from catalog.models import Picture
from orders.models import Channel
from partners.models import Display
from tests.factories.catalog import ProductFactory, daily_terms
from tests.factories.displays import display_of, stall
from tests.factories.partners import listable

pytestmark = pytest.mark.django_db


@pytest.fixture
def display(tasks_at_once, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    daily_terms()
    return stall(4)


def photo(size=(800, 600), name="stall.jpg"):
    out = io.BytesIO()
    Image.new("RGB", size, "#8fb8a8").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def form_of(display, places=None, **more):
    """What the display's page posts, with other places typed for some of its goods."""
    items = list(display.products.order_by("position", "pk"))
    data = {
        "market": display.market_id,
        "name_ko": display.name_ko,
        "name_zh_hans": display.name_zh_hans,
        "person": "陈雪",
        "is_open": "on",
        "credit_hours": 72,
        "products-TOTAL_FORMS": len(items),
        "products-INITIAL_FORMS": len(items),
    }
    for n, item in enumerate(items):
        data |= {f"products-{n}-id": item.pk, f"products-{n}-display": display.pk}
        data |= {f"products-{n}-product": item.product_id}
        data[f"products-{n}-position"] = (places or {}).get(n + 1, item.position)
    return data | more


def added(display, *products, place=""):
    """New rows below those that stand."""
    first = display.products.count()
    data = {"products-TOTAL_FORMS": first + len(products)}
    for n, product in enumerate(products, start=first):
        data |= {f"products-{n}-product": product.pk, f"products-{n}-position": place}
        data |= {f"products-{n}-id": "", f"products-{n}-display": display.pk}
    return data


def posted(kita, display, *args, **more):
    return kita.post(f"/admin/partners/display/{display.pk}/change/", form_of(display, *args, **more))


def order(display):
    return list(display.products.order_by("position").values_list("pk", flat=True))


def test_as_many_fields_as_a_display_of_hundreds_of_goods_has_are_read(kita, display):
    others = {f"places-{n}": n for n in range(2_000)}
    assert posted(kita, display, {4: 1}, **others).status_code == 302
    assert order(display) != sorted(order(display))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({4: 1}, [4, 1, 2, 3]),
        ({1: 3}, [2, 3, 1, 4]),
        ({2: ""}, [1, 3, 4, 2]),
        ({3: 1, 4: 2}, [3, 4, 1, 2]),
        ({1: 99}, [2, 3, 4, 1]),
        ({}, [1, 2, 3, 4]),
    ],
)
def test_goods_stand_where_their_typed_places_say(kita, display, places, expected):
    before = order(display)
    assert posted(kita, display, places).status_code == 302
    assert order(display) == [before[place - 1] for place in expected]
    assert list(display.products.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_a_new_product_comes_last_unless_a_place_is_typed(kita, display):
    more, first = listable(), listable()
    data = added(display, more, first) | {"products-5-position": 1}
    posted(kita, display, **data)
    goods = list(display.products.order_by("position").values_list("product_id", flat=True))
    assert (goods[0], goods[-1], len(goods)) == (first.pk, more.pk, 6)


def errors_at(answer):
    """What is said at each row of goods, and above them all."""
    [shelf] = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    return [dict(form.errors) for form in shelf.forms], shelf.non_form_errors()


def test_the_same_product_twice_is_said_at_the_row_that_comes_second(kita, display):
    more, second = listable(), display.products.all()[1].product
    answer = posted(kita, display, **added(display, more, second, more))
    said = "이 진열대에 이미 있는 상품입니다. 이 줄은 빼고, 순서를 바꾸려면 있는 줄을 고쳐 주세요."
    assert errors_at(answer) == ([{}, {}, {}, {}, {}, {"product": [said]}, {"product": [said]}], [])
    assert display.products.count() == 4


def test_a_product_may_go_and_come_again_with_the_same_click(kita, display):
    first = display.products.first()
    again = added(display, first.product) | {"products-0-DELETE": "on"}
    assert posted(kita, display, **again).status_code == 302
    goods = list(display.products.order_by("position").values_list("product_id", flat=True))
    assert (goods[-1], len(goods), first.pk in order(display)) == (first.product_id, 4, False)


@pytest.mark.parametrize("rubbish", ["0", "9" * 30])
def test_a_new_row_of_no_product_is_refused_at_it(kita, display, rubbish):
    row = added(display, listable()) | {"products-4-product": rubbish}
    assert [list(of) for of in errors_at(posted(kita, display, **row))[0]] == [[], [], [], [], ["product"]]


def test_saving_asks_as_much_for_many_goods_as_for_few(kita):
    """Of the goods some stay, some are moved, some go, and as many come."""

    def queries(goods, code):
        display = display_of(*(ProductFactory() for _ in range(goods)), code=code, market=code)
        go = {f"products-{n}-DELETE": "on" for n in range(goods // 5)}
        come = added(display, *(ProductFactory() for _ in range(goods // 5)))
        moved = dict.fromkeys(range(goods - goods // 5, goods + 1), 1)
        with CaptureQueriesContext(connection) as captured:
            assert posted(kita, display, moved, **go, **come).status_code == 302
        places = list(display.products.order_by("position").values_list("position", flat=True))
        assert places == list(range(1, goods + 1))
        return len(captured)

    few = queries(5, "few")
    assert (queries(30, "many"), few <= 40) == (few, True)


def test_a_second_click_asks_as_much_for_many_new_goods_as_for_few(kita):
    def queries(goods, code):
        display = display_of(code=code, market=code)
        come = added(display, *(ProductFactory() for _ in range(goods)))
        data = form_of(display, **come)
        with CaptureQueriesContext(connection) as captured:
            for _click in range(2):
                answer = kita.post(f"/admin/partners/display/{display.pk}/change/", data)
                assert answer.status_code == 302
        assert display.products.count() == goods
        return len(captured)

    few = queries(2, "few")
    assert queries(8, "many") == few


def test_a_photo_goes_through_the_picture_pipeline(kita, display):
    posted(kita, display, photo_file=photo())
    kept = Display.objects.get().photo
    assert (kept.product, kept.width, kept.original.name) == (
        None,
        800,
        f"originals/{kept.digest[:2]}/{kept.digest}.jpg",
    )
    page = kita.get("/admin/partners/display/").content.decode()
    assert kept.digest in page
    posted(kita, display, photo_off="on")
    assert Display.objects.get().photo is None


def test_a_photo_that_is_none_is_refused_at_its_field_and_nothing_is_lost(kita, display):
    answer = posted(kita, display, photo_file=SimpleUploadedFile("x.jpg", b"no picture"))
    assert answer.status_code == 200
    assert "x.jpg" in answer.context["adminform"].form.errors["photo_file"][0]
    assert 'value="陈雪"' in answer.content.decode()
    assert not Picture.objects.filter(product=None).exists()


def test_a_new_display_gets_its_sales_channel(kita, display):
    names = {"name_ko": "새 진열대", "name_zh_hans": "新展位"}
    data = {"market": display.market_id, "code": "new-1", "credit_hours": 72, "is_open": "on", **names}
    empty = {"products-TOTAL_FORMS": 0, "products-INITIAL_FORMS": 0}
    assert kita.post("/admin/partners/display/add/", data | empty).status_code == 302
    assert Channel.objects.get(code="new-1").kind == Channel.Kind.DISPLAY
    again = kita.post("/admin/partners/display/add/", data | empty)
    assert "code" in again.context["adminform"].form.errors


@pytest.mark.parametrize("language", ["ko", "zh_hans"])
def test_a_display_has_a_name_in_both_languages(kita, display, language):
    answer = posted(kita, display, **{f"name_{language}": ""})
    assert answer.context["adminform"].form.errors == {f"name_{language}": ["필수 항목입니다."]}


def test_a_market_has_its_name_and_address_in_both_languages(kita):
    data = {"code": "lj", "name_ko": "량장", "place_ko": "충칭"}
    answer = kita.post("/admin/partners/market/add/", data)
    assert set(answer.context["adminform"].form.errors) == {"name_zh_hans", "place_zh_hans"}
    more = {"name_zh_hans": "两江", "place_zh_hans": "重庆"}
    assert kita.post("/admin/partners/market/add/", data | more).status_code == 302


def test_a_credit_window_is_an_hour_at_least(kita, display):
    answer = posted(kita, display, credit_hours=0)
    [said] = answer.context["adminform"].form.errors["credit_hours"]
    assert "1" in said
    assert posted(kita, display, credit_hours=1).status_code == 302


def test_a_market_leads_to_its_displays(kita, display):
    page = kita.get(f"/admin/partners/market/{display.market_id}/change/").content.decode()
    assert f'href="/admin/partners/display/{display.pk}/change/"' in page


def test_the_page_asks_as_much_for_many_goods_as_for_few(kita, display, django_assert_max_num_queries):
    for _ in range(12):
        display.products.create(product=listable(), position=9)
    with django_assert_max_num_queries(25):
        assert kita.get(f"/admin/partners/display/{display.pk}/change/").status_code == 200
