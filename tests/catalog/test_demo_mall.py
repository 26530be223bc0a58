"""The demo mall at a small scale: the same twice, right in its numbers, natural and lawful in its words."""

import tomllib
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from stdnum import ean

from catalog.demo import words
from catalog.demo.goods import ending
from catalog.demo.logins import KITA, PASSWORD, SELLER
from catalog.demo.numbers import business_number, gtin13
from catalog.models import Category, Product, ProductAttribute, Review, Revision, SalePrice, Seller, Sku
from catalog.wording import hits, traditional
from kmall import demo
from kmall.models import User

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SMALL = demo.Mall(seed=24, scale=Decimal("0.02"), now=NOW)
# Effects that cosmetics may only claim after a test, and words of advertising that need proof.
UNPROVED = (
    "美白 祛 防晒 舒缓 抗皱 紧致 控油 去屑 修护 滋养 温和 无刺激 敏感 药妆 养颜 排毒 免疫 最 第一 顶级 100%"
)


@pytest.fixture(scope="module")
def mall(django_db_setup, django_db_blocker):
    """Loaded once for this file, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(SMALL)
        yield SMALL
        transaction.set_rollback(True)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def chinese_texts():
    """Every Chinese text of the vocabularies, the companies and the reviews."""
    files = [*words.FOLDER.glob("*.toml"), *words.FOLDER.parent.glob("*.toml")]
    for file in files:
        yield from _strings(tomllib.loads(file.read_text(encoding="utf-8")))


def _strings(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("slug", "ko", "blocked"):
                yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
    elif isinstance(node, str) and any("一" <= letter <= "鿿" for letter in node):
        yield node


SNAPSHOT = """
    SELECT name_ko, name_zh_hans, description_ko, description_zh_hans, sort_price_krw, sold, rating_sum, slug
    FROM catalog_product ORDER BY slug
"""
ORDERS = "SELECT number, state, total_fen, tax_fen, province, placed_at FROM orders_order ORDER BY number"
REVIEWS = "SELECT text, stars, byline, place, created_at FROM catalog_review ORDER BY created_at, text"
VISITS = "SELECT visitor, at, carted_at, landing FROM partners_visit ORDER BY id"
SAME = (SNAPSHOT, ORDERS, REVIEWS, VISITS)


def test_the_same_seed_gives_the_same_mall(mall):
    first = [rows(sql) for sql in SAME]
    _forget_all()
    demo.load(SMALL)
    assert [rows(sql) for sql in SAME] == first


def _forget_all():
    """Back to what migrate leaves, inside the transaction."""
    keep = "('django_migrations', 'django_content_type', 'auth_permission', 'auth_group', 'django_site')"
    keep_law = "('catalog_hscode', 'catalog_taxrate', 'orders_importlimit', 'orders_freightrule')"
    tables = rows(
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' "
        f"AND tablename NOT IN {keep} AND tablename NOT IN {keep_law}"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(name for (name,) in tables)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_the_tree_has_three_levels_and_more_than_sixty_kinds_of_goods(mall):
    depths = Counter(Category.objects.values_list("depth", flat=True))
    assert set(depths) == {0, 1, 2}
    assert depths[2] >= 60
    assert not Product.objects.exclude(category__depth=2).exists()


def test_no_two_products_or_sellers_have_the_same_name(mall):
    for model in (Product, Seller):
        for field in ("name_ko", "name_zh_hans"):
            names = list(model.objects.values_list(field, flat=True))
            assert len(names) == len(set(names))


def test_every_text_is_there_in_both_languages(mall):
    empty = [
        (model.__name__, field)
        for model, fields in {
            Product: ("name", "brand", "description"),
            Seller: ("name", "town", "story", "quote", "quote_by"),
            Sku: ("label",),
            Category: ("name",),
        }.items()
        for field in fields
        for language in ("ko", "zh_hans")
        if model.objects.filter(**{f"{field}_{language}": ""}).exclude(pk__in=_drafts(model)).exists()
    ]
    assert empty == []


def _drafts(model):
    return model.objects.filter(state="draft").values("pk") if model is Product else []


def test_places_are_written_with_the_dot_of_chinese_not_of_japanese():
    assert [text for text in chinese_texts() if "・" in text] == []


@pytest.mark.parametrize("word", UNPROVED.split())
def test_no_text_claims_what_would_need_proof(word):
    assert [text for text in chinese_texts() if word in text] == []


def test_every_chinese_text_passes_the_advertising_rules():
    texts = [text for text in chinese_texts() if hits(text) or traditional(text)]
    assert texts == []


def test_every_description_passes_the_advertising_rules(mall):
    for texts in Product.objects.values_list("name_zh_hans", "description_zh_hans"):
        assert [hits(text) + list(traditional(text)) for text in texts] == [[], []]


def test_gtins_and_business_numbers_pass_their_checks(mall):
    assert business_number(124810099) == "1248100998"  # a number in public use
    assert all(
        ean.is_valid(code) and code.startswith("880") for code in Sku.objects.values_list("gtin", flat=True)
    )
    brns = list(Seller.objects.values_list("brn", flat=True))
    assert [business_number(int(brn[:9])) for brn in brns] == brns
    assert len(set(brns)) == len(brns)
    assert gtin13(100_000_001) == gtin13(100_000_001)


def test_every_parameter_fits_the_category_of_its_product(mall):
    unfit = ProductAttribute.objects.exclude(product__category__categoryattribute__attribute=F("attribute"))
    assert not unfit.exists()


def test_some_goods_are_scarce_and_some_sold_out(mall):
    on_hand = [row[0] for row in rows("SELECT on_hand FROM catalog_stock")]
    assert 0 < on_hand.count(0) < len(on_hand) * 0.1
    assert sum(0 < units <= 6 for units in on_hand) > 0


def test_the_ledger_sums_to_what_is_on_hand_and_never_dips_below_zero(mall):
    assert (
        rows("""
        SELECT s.sku_id FROM catalog_stock s LEFT JOIN catalog_stockmovement m ON m.sku_id = s.sku_id
        GROUP BY s.sku_id, s.on_hand HAVING coalesce(sum(m.delta), 0) <> s.on_hand
    """)
        == []
    )
    assert (
        rows("""
        SELECT sku_id FROM (
            SELECT sku_id, sum(delta) OVER (PARTITION BY sku_id ORDER BY at, delta DESC) AS level
            FROM catalog_stockmovement) l WHERE level < 0
    """)
        == []
    )


def test_counters_equal_the_rows_that_they_count(mall):
    assert (
        rows("""
        SELECT p.id FROM catalog_product p
        LEFT JOIN (SELECT product_id, sum(stars) AS stars, count(*) AS n FROM catalog_review GROUP BY 1) r
            ON r.product_id = p.id
        LEFT JOIN (
            SELECT s.product_id, -sum(m.delta) AS units FROM catalog_stockmovement m
            JOIN catalog_sku s ON s.id = m.sku_id WHERE m.reason = 'sale' GROUP BY 1) u ON u.product_id = p.id
        WHERE p.rating_sum <> coalesce(r.stars, 0) OR p.rating_count <> coalesce(r.n, 0)
           OR p.sold <> coalesce(u.units, 0)
    """)
        == []
    )


def test_products_show_their_lowest_price_with_the_offers_in_force(mall):
    assert (
        rows("""
        SELECT p.id FROM catalog_product p JOIN catalog_sku s ON s.product_id = p.id
        LEFT JOIN catalog_saleprice o ON o.sku_id = s.id
        GROUP BY p.id HAVING p.sort_price_krw <> min(least(s.price_krw, o.price_krw))
    """)
        == []
    )
    assert all(SalePrice.objects.values_list("ends_at", flat=True))
    assert SalePrice.objects.active().exists()


def test_search_finds_what_is_on_sale_and_nothing_else(mall):
    on_sale = set(Product.objects.on_sale().values_list("pk", flat=True))
    assert {row[0] for row in rows("SELECT product_id FROM catalog_searchrow")} == on_sale


def test_reviews_are_chinese_and_no_product_has_the_same_twice(mall):
    texts = list(Review.objects.exclude(text="").values_list("product", "text"))
    assert texts
    assert len(texts) == len(set(texts))


def test_the_desks_have_something_waiting(mall):
    states = Counter(Revision.objects.values_list("state", flat=True))
    assert states["submitted"] >= 8
    assert states["draft"] >= 3
    assert states["returned"] == 1


def test_each_login_opens_its_own_door(mall):
    kita, seller = User.objects.get(email=KITA), User.objects.get(email=SELLER)
    assert kita.check_password(PASSWORD)
    assert kita.groups.filter(name="KITA").exists()
    assert list(seller.memberships.values_list("seller__name_zh_hans", flat=True)) == ["纯淡化妆品"]


def test_prices_end_as_shops_write_them():
    assert [ending(price) for price in (12_345, 18_760, 20_110, 154_321)] == [12_500, 18_900, 20_000, 154_000]


def test_a_database_in_use_is_left_alone(mall):
    call_command("demo", if_empty=True, verbosity=0)
    with pytest.raises(CommandError, match="in use"):
        call_command("demo", verbosity=0)


@pytest.mark.parametrize("scale", ["0.001", "101", "many"])
def test_a_scale_out_of_bounds_is_refused(scale):
    with pytest.raises(CommandError, match="--scale"):
        call_command("demo", scale=scale, verbosity=0)
