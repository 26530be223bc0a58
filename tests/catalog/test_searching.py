"""What shoppers type and what they should find: judged queries on a small mall."""

import datetime

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Category, Product, ProductAttribute, SearchRow
from catalog.pricing import shop_price, todays_terms
from catalog.search import index, plan
from catalog.search.filters import Filters
from catalog.search.query import listing, search
from kmall import caching
from tests.factories.catalog import (
    AttributeFactory,
    CategoryFactory,
    HsCodeFactory,
    OptionFactory,
    ProductFactory,
    SellerFactory,
    SkuFactory,
    daily_terms,
)

pytestmark = pytest.mark.django_db

# address: (Korean, Chinese, brand in Korean, brand in Chinese, category, KRW, sold)
GOODS = {
    "mask": ("수분 마스크팩 10매", "补水保湿面膜 10片", "메디힐", "MEDIHEAL", "masks", 18_000, 900),
    "clay": (
        "제주 화산송이 클레이 마스크",
        "济州火山泥膜 100ml",
        "이니스프리",
        "innisfree",
        "masks",
        15_000,
        300,
    ),
    "sleep": ("쌀 수면팩", "大米睡眠面膜 70ml", "라네즈", "LANEIGE", "masks", 25_000, 500),
    "serum": ("히알루론산 앰플 50ml", "玻尿酸精华液 50ml", "코스알엑스", "COSRX", "serums", 28_000, 700),
    "snail": ("달팽이 에센스", "蜗牛原液精华 96ml", "코스알엑스", "COSRX", "serums", 21_000, 1_200),
    "ginseng": ("6년근 홍삼정 240g", "六年根红参浓缩液 240g", "정관장", "正官庄", "health", 198_000, 400),
    "tea": ("유자차", "蜂蜜柚子茶 1kg", "복음자리", "福音园", "food", 12_000, 650),
    "ramen": ("불닭볶음면 5입", "火鸡面 5包", "삼양", "三养", "food", 6_500, 3_000),
    "laver": ("조미 김", "即食海苔 20包", "동원", "东远", "food", 9_900, 800),
    "brush": ("팩 브러시", "面膜刷", "필리밀리", "FILLIMILLI", "tools", 5_000, 950),
}
CATEGORIES = {
    "beauty": ("뷰티", "美妆", None),
    "masks": ("마스크", "面膜", "beauty"),
    "serums": ("세럼", "精华", "beauty"),
    "tools": ("도구", "美妆工具", "beauty"),
    "food": ("식품", "食品", None),
    "health": ("건강식품", "保健食品", None),
}


@pytest.fixture(scope="module")
def mall(django_db_setup, django_db_blocker):
    """Built once for the module; each test's own changes are rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


def build():
    daily_terms()
    tree = {}
    for at, (slug, (ko, zh, parent)) in enumerate(CATEGORIES.items()):
        above = tree.get(parent)
        path = f"{above.path if above else ''}{at:03}."
        tree[slug] = CategoryFactory(slug=slug, name_ko=ko, name_zh_hans=zh, parent=above, path=path)
    seller, hs = SellerFactory(slug="one", name_ko="하나상사", name_zh_hans="韩娜商社"), HsCodeFactory()
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for at, (slug, (ko, zh, brand_ko, brand_zh, category, krw, sold)) in enumerate(GOODS.items()):
        product = ProductFactory(
            slug=slug,
            name_ko=ko,
            name_zh_hans=zh,
            brand_ko=brand_ko,
            brand_zh_hans=brand_zh,
            category=tree[category],
            sort_price_krw=krw,
            sold=sold,
            seller=seller,
            hs=hs,
            has_stock=slug != "sleep",
            approved_at=start + datetime.timedelta(days=at),
        )
        SkuFactory(product=product, price_krw=krw, gtin="8809598450604" if slug == "tea" else "")
    skin = AttributeFactory(code="skin", name_zh_hans="肤质")
    dry, oily = (
        OptionFactory(attribute=skin, code=code, label_zh_hans=zh)
        for code, zh in [("dry", "干性"), ("oily", "油性")]
    )
    for slug, options in {"mask": [dry, oily], "clay": [oily], "serum": [dry]}.items():
        for option in options:
            product = Product.objects.get(slug=slug)
            ProductAttribute.objects.create(product=product, attribute=skin, option=option)
    caching.raise_now("catalog")
    index.reindex(Product.objects.values_list("pk", flat=True))
    index.recount()


def slugs(results):
    by_id = dict(Product.objects.values_list("pk", "slug"))
    return [by_id[number] for number in results.ids]


JUDGED = [
    # Chinese
    ("面膜", ["mask", "brush", "sleep", "clay"]),
    ("补水面膜", ["mask"]),
    ("玻尿酸", ["serum"]),
    ("红参", ["ginseng"]),
    ("茶", ["tea"]),
    ("柚子 蜂蜜", ["tea"]),
    ("睡眠", ["sleep"]),
    # one character pair across two words of the dictionary
    ("柚子茶", ["tea"]),
    # Korean
    ("마스크팩", ["mask"]),
    ("마스크", ["clay", "mask", "sleep"]),
    ("홍삼", ["ginseng"]),
    ("김", ["laver"]),
    ("볶음면", ["ramen"]),
    # brands
    ("COSRX", ["snail", "serum"]),
    ("cosrx 精华液", ["serum"]),
    ("ＣＯＳＲＸ", ["snail", "serum"]),
    ("cosr", ["snail", "serum"]),
    ("Laneíge", ["sleep"]),
    ("正官庄", ["ginseng"]),
    # pinyin, whole, apart, of several words, and initials
    ("mianmo", ["mask", "brush", "sleep", "clay"]),
    ("mian mo", ["mask", "brush", "sleep", "clay"]),
    ("bushuimianmo", ["mask"]),
    ("hongshen", ["ginseng"]),
    ("hjm", ["ramen"]),
    ("bns", ["serum"]),
    ("ㅎㅅㅈ", ["ginseng"]),
    # Traditional
    ("紅參", ["ginseng"]),
    ("補水保濕面膜", ["mask"]),
    ("蜂蜜柚子茶", ["tea"]),
    # one slip
    ("cosxr", ["snail", "serum"]),
    ("inisfree", ["clay"]),
    ("补水面摸", ["mask"]),
    ("玻尿算", ["serum"]),
    ("hongshenn", ["ginseng"]),
    ("마스크펙", ["mask"]),
    ("홍섬정", ["ginseng"]),
    # seller, barcode, quantity
    ("8809598450604", ["tea"]),
    ("50 ml 玻尿酸", ["serum"]),
    # nothing
    ("冰箱", []),
    ("zzzzqqq", []),
    ("面膜 冰箱", []),
]


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize(("query", "expected"), JUDGED)
def test_a_judged_query_finds_what_it_should(query, expected):
    found = slugs(search(query))
    assert sorted(found) == sorted(expected)
    if expected:
        assert found[0] == expected[0]


@pytest.mark.usefixtures("mall")
def test_a_mended_query_says_how_it_was_understood():
    assert search("补水面摸").corrected == "补水面膜"
    assert search("cosxr").corrected == "cosrx"
    assert search("面膜").corrected == ""


@pytest.mark.usefixtures("mall")
def test_where_nothing_is_found_near_words_are_offered():
    assert search("面膜 冰箱").near[0] == "面膜"
    assert search("cosrx123").near == ("cosrx",)


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("sold", ["brush", "mask", "sleep", "clay"]),
        ("price", ["brush", "clay", "mask", "sleep"]),
        ("-price", ["sleep", "mask", "clay", "brush"]),
        ("new", ["brush", "sleep", "clay", "mask"]),
        ("rubbish", ["mask", "brush", "clay", "sleep"]),
    ],
)
def test_results_are_sorted_as_asked(sort, expected):
    assert slugs(search("面膜", sort=sort)) == expected


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize("sort", ["rank", "sold", "price", "-price", "new"])
@pytest.mark.parametrize("query", ["", "面膜"])
@pytest.mark.parametrize("way", ["gin", "walk", "leaves"])
def test_every_way_gives_the_same_pages_in_both_directions(sort, query, way, monkeypatch):
    filters = Filters(category="beauty")
    whole = search(query, sort=sort, filters=filters).ids
    monkeypatch.setattr(plan, "choose", lambda match, counts, wanted: plan.Plan(way, 10))
    pages, cursor = [], ""
    while True:
        page = search(query, sort=sort, filters=filters, cursor=cursor, size=2)
        pages.append(page.ids)
        if not page.next:
            break
        cursor = page.next
    assert [number for ids in pages for number in ids] == whole
    for ids in reversed(pages[:-1]):
        page = search(query, sort=sort, filters=filters, cursor=page.previous, size=2)
        assert page.ids == ids
    assert page.previous == ""


@pytest.mark.usefixtures("mall")
def test_a_second_page_of_a_search_ranks_nothing_anew_until_the_catalogue_changes():
    first = search("面膜", size=2)
    with CaptureQueriesContext(connection) as queries:
        second = search("面膜", size=2, cursor=first.next)
    assert not queries.captured_queries
    assert slugs(second) == ["clay", "sleep"]
    with transaction.atomic():
        SearchRow.objects.filter(product__slug="mask").update(has_stock=False)
        assert slugs(search("面膜"))[0] == "mask"
        caching.raise_now("catalog")
    assert slugs(search("面膜"))[0] == "brush"


def test_many_hits_are_walked_and_few_collected():
    masks = plan.Match((("面膜",),))
    assert plan.choose(masks, {"*": 1_000_000, "面膜": 269_000}, 49).way == "walk"
    assert plan.choose(masks, {"*": 1_000_000, "面膜": 14_500}, 49).way == "walk"
    assert plan.choose(masks, {"*": 1_000_000, "面膜": 3_000}, 49).way == "gin"
    assert plan.choose(masks, {"*": 1_000_000, "面膜": 200}, 49).way == "gin"
    leaf = plan.Match((), category="001.002.")
    assert plan.choose(leaf, {"*": 1_000_000, "c:001.002.": 16_000}, 49).way == "leaves"


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize("sort", ["rank", "price"])
def test_a_walk_that_finds_too_little_collects_instead(sort, monkeypatch):
    monkeypatch.setattr(plan, "choose", lambda match, counts, wanted: plan.Plan("walk", 0))
    monkeypatch.setattr(plan, "FEW", 1)
    results = search("海苔", sort=sort)
    assert slugs(results) == ["laver"]
    assert results.total == 1


def facet(results, parameter):
    found = next(facet for facet in results.facets if facet.parameter == parameter)
    return {choice.value: choice.count for choice in found.choices}


@pytest.mark.usefixtures("mall")
def test_facets_count_what_each_choice_would_leave():
    results = listing(filters=Filters(category="beauty"), terms=todays_terms(), language="zh-hans")
    assert (results.total, results.is_floor) == (6, False)
    assert facet(results, "f_skin") == {"dry": 2, "oily": 2}
    assert facet(results, "seller") == {"one": 6}
    assert facet(results, "c") == {"masks": 3, "serums": 2, "tools": 1}
    assert facet(results, "price") == {"-50": 1, "50-100": 1, "100-200": 4}
    assert facet(results, "stock") == {"1": 5}


@pytest.mark.usefixtures("mall")
def test_a_group_is_counted_as_if_nothing_were_chosen_in_it():
    chosen = Filters.from_query(QueryDict("f_skin=dry&stock=1&c=beauty"))
    results = listing(filters=chosen, terms=todays_terms())
    assert slugs(results) == ["mask", "serum"]
    assert facet(results, "f_skin") == {"dry": 2, "oily": 2}
    assert facet(results, "c") == {"masks": 1, "serums": 1}
    assert facet(results, "price") == {"100-200": 2}


@pytest.mark.usefixtures("mall")
def test_choices_widen_within_a_group_and_narrow_between_groups():
    terms = todays_terms()

    def found(query):
        return sorted(slugs(listing(filters=Filters.from_query(QueryDict(query)), terms=terms)))

    assert found("f_skin=dry&f_skin=oily") == ["clay", "mask", "serum"]
    assert found("f_skin=dry&f_skin=oily&c=masks") == ["clay", "mask"]
    assert found("f_skin=dry&price_to=110") == ["mask"]
    assert found("price_from=1000") == ["ginseng"]
    assert found("seller=one&seller=two&c=health") == ["ginseng"]


@pytest.mark.usefixtures("mall")
@pytest.mark.parametrize("query", ["f_skin=none", "f_nothing=1", "seller=nobody", "c=nowhere"])
def test_a_choice_that_does_not_exist_matches_nothing(query):
    assert listing(filters=Filters.from_query(QueryDict(query))).ids == []


@pytest.mark.usefixtures("mall")
def test_price_limits_are_those_of_the_price_shown():
    terms = todays_terms()
    shown = {slug: shop_price(goods[5], terms) for slug, goods in GOODS.items()}
    for yuan in {fen // 100 for fen in shown.values()}:
        results = listing(filters=Filters(price_from=yuan), terms=terms)
        assert sorted(slugs(results)) == sorted(slug for slug, fen in shown.items() if fen >= yuan * 100)
        results = listing(filters=Filters(price_to=yuan), terms=terms)
        assert sorted(slugs(results)) == sorted(slug for slug, fen in shown.items() if fen <= yuan * 100)


@pytest.mark.usefixtures("mall")
@settings(
    max_examples=settings.default.max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(st.text(max_size=80), st.text("面膜마스크 cosrx'%_\\\0ㅁ", max_size=20)),
    st.text(max_size=30),
    st.text("f_skin=&price_to1seller;%0", max_size=60),
)
def test_nothing_that_is_typed_fails(q, cursor, query):
    search(q, cursor=cursor, sort="new", filters=Filters.from_query(QueryDict(query)))


@pytest.mark.usefixtures("mall")
def test_the_number_of_queries_does_not_grow_with_the_mall():
    def queries():
        caching.raise_now("catalog")
        with CaptureQueriesContext(connection) as captured:
            search("面膜", filters=Filters(category="masks"))
        return len(captured)

    few = queries()
    more = [
        ProductFactory(name_zh_hans=f"补水面膜 {n}片", category=Category.objects.get(slug="masks")).pk
        for n in range(60)
    ]
    index.reindex(more)
    assert SearchRow.objects.count() == len(GOODS) + 60
    assert queries() == few <= 7
