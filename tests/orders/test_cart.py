import pytest
from django.test import Client

from catalog.models import ExchangeRate, Product, Stock
from catalog.search.index import reindex
from kmall.models import User
from orders.cart import MOST_LINES
from orders.models import Cart, FreightRule
from tests.factories.catalog import SellerFactory, sku_in_stock, without_tax_rate
from tests.factories.orders import UserFactory

pytestmark = pytest.mark.django_db
CART, ADD, CHANGE = "/zh-hans/cart/", "/zh-hans/cart/add/", "/zh-hans/cart/change/"
SAME_ORIGIN = {"Origin": "http://testserver"}


def add(client, sku, quantity=1, **data):
    return client.post(ADD, {"sku": sku.pk, "quantity": quantity, **data}, headers=SAME_ORIGIN)


def shown(*lines, **data):
    """The cart's form as its page would send it: (sku, was, now) for each line, all chosen."""
    form = {"line": [], "pick": []}
    for sku, was, now in lines:
        form["line"].append(sku.pk)
        form["pick"].append(sku.pk)
        form |= {f"was-{sku.pk}": was, f"q-{sku.pk}": now, f"of-{sku.pk}": sku.product.seller_id}
    return form | data


def contents():
    return dict(Cart.objects.get().lines.values_list("sku_id", "quantity"))


def test_a_visitor_fills_a_cart_that_the_session_keeps(open_shop, client):
    sku = sku_in_stock(10)
    assert add(client, sku, 2).url == CART
    add(client, sku, 1)
    assert contents() == {sku.pk: 3}
    page = client.get(CART)
    assert sku.product.name_zh_hans in page.content.decode()
    assert page.context["page"].quote.total_fen > 3 * 10110
    assert client.get("/zh-hans/me/bits/").json() == {"cart": 1, "name": ""}
    assert client.cookies["kmall_bits"].value == "1"


def test_an_empty_cart_makes_no_session_and_shows_what_others_buy(open_shop, client):
    sku = sku_in_stock(10)
    reindex([sku.product_id])
    page = client.get(CART)
    assert "购物车还是空的" in page.content.decode()
    assert sku.product.name_zh_hans in page.content.decode()
    assert not page.cookies.get("sessionid")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://elsewhere.test/"},
    ],
)
def test_another_site_cannot_fill_the_cart(open_shop, client, headers):
    sku = sku_in_stock(10)
    assert client.post(ADD, {"sku": sku.pk}, headers=headers).status_code == 403
    assert not Cart.objects.exists()


def test_adding_needs_no_token_since_the_page_is_the_same_for_all(open_shop):
    client = Client(enforce_csrf_checks=True)
    sku = sku_in_stock(10)
    assert add(client, sku).status_code == 302
    assert client.post(CHANGE, shown((sku, 1, 5)), headers=SAME_ORIGIN).status_code == 403


def test_a_script_gets_the_new_count_and_a_sentence(open_shop, client):
    answer = client.post(
        ADD, {"sku": sku_in_stock(10).pk}, headers=SAME_ORIGIN | {"Accept": "application/json"}
    )
    assert answer.json() == {"cart": 1, "message": "已加入购物车"}


def test_what_is_not_on_sale_cannot_be_added(open_shop, client):
    sku = sku_in_stock(10)
    Product.objects.update(state="withdrawn")
    page = client.post(ADD, {"sku": sku.pk}, headers=SAME_ORIGIN, follow=True).content.decode()
    assert "该商品已下架" in page
    assert not Cart.objects.get().lines.exists()


@pytest.mark.parametrize("data", [{}, {"sku": "x"}, {"sku": "0"}, {"sku": "99999999999999999999999"}])
def test_rubbish_is_answered_with_a_sentence(open_shop, client, data):
    page = client.post(ADD, data, headers=SAME_ORIGIN, follow=True)
    assert "请选择要加入购物车的商品" in page.content.decode()


def test_a_cart_takes_no_more_than_it_can_show(open_shop, client):
    add(client, sku_in_stock(1))
    cart = Cart.objects.get()
    for _line in range(MOST_LINES - 1):
        cart.lines.create(sku=sku_in_stock(1))
    assert "购物车已满" in add_and_follow(client, sku_in_stock(1))


def add_and_follow(client, sku):
    return client.post(ADD, {"sku": sku.pk}, headers=SAME_ORIGIN, follow=True).content.decode()


def test_buy_now_leads_to_the_checkout_with_this_piece_alone(open_shop, client):
    client.force_login(UserFactory())
    first, second = sku_in_stock(10), sku_in_stock(10)
    add(client, first)
    assert add(client, second, next="/zh-hans/checkout/").url == "/zh-hans/checkout/"
    assert list(Cart.objects.get().lines.filter(is_chosen=True).values_list("sku_id", flat=True)) == [
        second.pk
    ]


def test_next_never_leads_to_another_host(open_shop, client):
    assert add(client, sku_in_stock(10), next="https://elsewhere.test/").url == CART


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ({"plus": "A"}, {"A": 4, "B": 1}),
        ({"minus": "A"}, {"A": 2, "B": 1}),
        ({"minus": "B"}, {"A": 3, "B": 1}),
        ({"remove": "A"}, {"B": 1}),
        ({"q-A": "7"}, {"A": 7, "B": 1}),
        ({"q-A": "0"}, {"A": 1, "B": 1}),
        ({"q-A": "1000"}, {"A": 99, "B": 1}),
        ({"q-A": "many", "q-B": "-1"}, {"A": 3, "B": 1}),
    ],
)
def test_each_button_of_the_form_does_what_it_says(open_shop, client, data, left):
    skus = {"A": sku_in_stock(100), "B": sku_in_stock(100)}
    add(client, skus["A"], 3), add(client, skus["B"], 1)

    def named(text):
        return text.replace("A", str(skus["A"].pk)).replace("B", str(skus["B"].pk))

    client.post(
        CHANGE, shown((skus["A"], 3, 3), (skus["B"], 1, 1)) | {named(k): named(v) for k, v in data.items()}
    )
    assert contents() == {skus[name].pk: quantity for name, quantity in left.items()}


def test_a_page_left_open_changes_only_what_was_touched_in_it(open_shop, client):
    one, two = sku_in_stock(100), sku_in_stock(100)
    add(client, one, 2), add(client, two, 2)
    stale = shown((one, 2, 5), (two, 2, 2))
    client.post(CHANGE, shown((one, 2, 2), (two, 2, 9)))
    client.post(CHANGE, stale)
    assert contents() == {one.pk: 5, two.pk: 9}


def chosen():
    return set(Cart.objects.get().lines.filter(is_chosen=True).values_list("sku_id", flat=True))


def test_ticks_of_line_seller_and_all(open_shop, client):
    seller = SellerFactory()
    one, two = (sku_in_stock(9, product__seller=seller) for _ in range(2))
    other = sku_in_stock(9)
    for sku in (one, two, other):
        add(client, sku)
    form = shown((one, 1, 1), (two, 1, 1), (other, 1, 1))
    had = {"had-all": 1, "had-seller": [seller.pk, other.product.seller_id]}
    all_ticked = form | had | {"all": 1, "seller": [seller.pk, other.product.seller_id]}
    client.post(CHANGE, all_ticked | {"pick": [one.pk, other.pk]})
    assert chosen() == {one.pk, other.pk}
    client.post(CHANGE, all_ticked | {"seller": [other.product.seller_id]})
    assert chosen() == {other.pk}
    client.post(CHANGE, form | {"all": 1, "pick": [other.pk]})
    assert chosen() == {one.pk, two.pk, other.pk}
    client.post(CHANGE, {k: v for k, v in all_ticked.items() if k != "all"})
    assert chosen() == set()


def test_with_script_only_the_cart_itself_comes_back(open_shop, client):
    sku = sku_in_stock(10)
    add(client, sku)
    html = client.post(
        CHANGE, shown((sku, 1, 1), plus=sku.pk), headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in html
    assert f'name="q-{sku.pk}"' in html


def test_each_seller_has_a_foot_and_they_add_up_to_the_bill(open_shop, client):
    add(client, sku_in_stock(10), 2), add(client, sku_in_stock(10, price_krw=54000), 1)
    page = client.get(CART).context["page"]
    parcels = [group.parcel for group in page.groups]
    assert len(parcels) == 2
    for name in ("goods_fen", "freight_fen", "tax_fen", "total_fen"):
        assert sum(getattr(parcel, name) for parcel in parcels) == getattr(page.quote, name)


def test_stock_is_live_and_what_is_gone_is_not_counted(open_shop, client):
    short, gone, withdrawn, good = (sku_in_stock(9) for _ in range(4))
    for sku in (short, gone, withdrawn, good):
        add(client, sku, 2)
    Stock.objects.filter(sku=short).update(on_hand=1)
    Stock.objects.filter(sku=gone).update(on_hand=0)
    Product.objects.filter(pk=withdrawn.product_id).update(state="suspended")
    answer = client.get(CART)
    page = answer.context["page"]
    assert [row.problem for row in page.rows] == ["short", "sold_out", "withdrawn", ""]
    assert not page.may_check_out
    assert {line.sku.pk for line in page.quote.lines} == {short.pk, good.pk}
    for words in ("仅剩 1 件，请减少数量", "已售罄", "已下架"):
        assert words in answer.content.decode()


def test_a_fallen_price_is_told(open_shop, client):
    sku = sku_in_stock(9)
    add(client, sku)
    sku.price_krw = 16000
    sku.save()
    assert "比加入时降 ¥11.20" in client.get(CART).content.decode()


def test_above_the_limit_the_split_is_offered_and_leads_on(open_shop, client):
    dear, cheap = sku_in_stock(90, price_krw=200_000), sku_in_stock(90)
    add(client, dear, 4), add(client, cheap, 8)
    answer = client.get(CART)
    page = answer.context["page"]
    assert page.quote.value_fen > 500_000
    assert [part.verdict.may_be_placed for part in page.parts] == [True, True]
    assert "一键拆成 2 单" in answer.content.decode()
    split = shown((dear, 4, 4), (cheap, 8, 8), split=1)
    assert client.post(CHANGE, split).url == "/zh-hans/checkout/?part=1"
    by_script = client.post(CHANGE, split, headers={"HX-Request": "true"})
    assert by_script.headers["HX-Redirect"] == "/zh-hans/checkout/?part=1"


def test_the_cart_stays_when_one_signs_in_and_joins_the_old_one(open_shop, client):
    user = User.objects.create_user(email="lin@kmall24.test", password="kmall24-demo")
    known, new = sku_in_stock(200), sku_in_stock(200)
    Cart.objects.create(user=user).lines.create(sku=known, quantity=98)
    add(client, known, 5), add(client, new, 2)
    client.post(
        "/zh-hans/account/login/", {"login": user.email, "way": "password", "password": "kmall24-demo"}
    )
    assert contents() == {known.pk: 99, new.pk: 2}
    assert Cart.objects.get().user == user


def test_two_visitors_never_see_each_others_carts(open_shop, client):
    add(client, sku_in_stock(9))
    assert Client().get(CART).context["page"].count == 0


def test_without_a_rate_nothing_is_priced_and_the_cart_is_safe(open_shop, client):
    ExchangeRate.objects.all().delete()
    page = client.get(CART)
    assert page.status_code == 503
    assert "价格更新中" in page.content.decode()
    assert "今天的汇率还没有更新" in page.content.decode()


def test_a_day_without_freight_does_not_blame_the_rate(open_shop, client):
    FreightRule.objects.all().delete()
    page = client.get(CART)
    assert (page.status_code, "汇率" in page.text, "运费还没有确定" in page.text) == (503, False, True)


def test_a_line_without_a_tax_rate_waits_and_the_others_can_be_ordered(open_shop, client):
    book, cream = sku_in_stock(9), sku_in_stock(9)
    client.force_login(UserFactory())
    add(client, book), add(client, cream)
    without_tax_rate(book.product)
    page = client.get(CART)
    assert (page.status_code, "适用税率还没有确定" in page.text) == (200, True)
    found = page.context["page"]
    assert [row.sku for row in found.chosen] == [cream]
    assert (found.may_check_out, found.quote.pieces) == (True, 1)
    assert client.get("/zh-hans/checkout/").status_code == 200
    client.post(CHANGE, shown((book, 1, 1), (cream, 1, 1), remove=book.pk))
    assert contents() == {cream.pk: 1}


@pytest.mark.parametrize("lines", [1, 30])
def test_the_cart_asks_the_same_number_of_questions_for_any_number_of_lines(
    open_shop, client, django_assert_num_queries, lines
):
    client.force_login(UserFactory())
    for _line in range(lines):
        add(client, sku_in_stock(9), 1)
    client.get(CART)
    with django_assert_num_queries(QUERIES):
        client.get(CART)


QUERIES = 15
