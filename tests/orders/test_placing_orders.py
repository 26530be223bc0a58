import datetime

import pytest
from django.utils import timezone

from catalog.models import HsCode, Product, Stock, StockHold
from catalog.stock import OutOfStock
from orders.limits import OverYearLimit
from orders.models import Channel, Order, YearUse
from orders.partner_quote import PaidAmountDiffers
from orders.place import NotForSale, OverLimit, PartnerLine, QuoteChanged, place_partner_order
from orders.signals import order_paid, order_placed
from tests.factories.catalog import HsCodeFactory, ProductFactory, sku_in_stock
from tests.factories.orders import AddressFactory, IdentityFactory, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_shop")]


@pytest.fixture
def heard():
    names = []

    def placed(order, **_):
        names.append(("placed", order.number))

    def paid(order, **_):
        names.append(("paid", order.number))

    order_placed.connect(placed)
    order_paid.connect(paid)
    yield names
    order_placed.disconnect(placed)
    order_paid.disconnect(paid)


def nothing_happened():
    return not (Order.objects.exists() or StockHold.objects.exists() or YearUse.objects.exists())


def test_an_order_is_the_quote_word_for_word(heard):
    shopper, cream, mask = Shopper(), sku_in_stock(), sku_in_stock(price_krw=9900)
    quote = shopper.quote((cream, 2), (mask, 1))
    order = shopper.place(quote=quote)
    order.refresh_from_db()
    assert (order.goods_fen, order.freight_fen, order.tax_fen, order.total_fen) == (
        quote.goods_fen,
        quote.freight_fen,
        quote.tax_fen,
        quote.total_fen,
    )
    assert [
        (line.sku, line.seller, line.name_zh_hans, line.quantity, line.unit_krw, line.unit_fen, line.tax_fen)
        for line in order.lines.all()
    ] == [
        (
            line.sku,
            line.sku.seller,
            line.sku.product.name_zh_hans,
            line.quantity,
            line.unit_krw,
            line.unit_fen,
            line.tax_fen,
        )
        for line in quote.lines
    ]
    assert [(c.seller, c.freight_fen, c.state, c.number) for c in order.consignments.order_by("pk")] == [
        (parcel.seller, parcel.freight_fen, "waiting", f"{order.number}-{n}")
        for n, parcel in enumerate(quote.parcels, 1)
    ]
    assert (order.state, order.receiver_name, order.buyer_number) == (
        "unpaid",
        "王小明",
        "11010519491231002X",
    )
    assert order.expires_at - order.placed_at == datetime.timedelta(minutes=15)
    assert [(event.kind, event.actor) for event in order.events.all()] == [("placed", shopper.user)]
    assert heard == [("placed", order.number)]


def test_the_units_are_held_and_the_value_is_counted_to_the_buyers_year():
    shopper, sku = Shopper(), sku_in_stock(5)
    order = shopper.place((sku, 2))
    assert (Stock.objects.get(pk=sku.pk).reserved, StockHold.objects.get().reference) == (2, order.number)
    use = YearUse.objects.get()
    assert (use.buyer_index, use.used_fen) == (shopper.buyer.index, order.goods_fen + order.freight_fen)


def test_the_same_key_is_the_same_order():
    shopper, sku = Shopper(), sku_in_stock(5)
    orders = {shopper.place((sku, 1), key="once").pk for _ in range(3)}
    assert len(orders) == 1
    assert Stock.objects.get(pk=sku.pk).reserved == 1
    assert shopper.place((sku, 1), key="twice").pk not in orders


def test_two_shoppers_may_use_the_same_key():
    sku = sku_in_stock(5)
    assert Shopper().place((sku, 1)) != Shopper().place((sku, 1))


def test_a_line_that_is_out_of_stock_leaves_nothing_behind():
    enough, short = sku_in_stock(5), sku_in_stock(1)
    with pytest.raises(OutOfStock) as refused:
        Shopper().place((enough, 1), (short, 2))
    assert (refused.value.sku, refused.value.left) == (short, 1)
    assert nothing_happened()


def test_a_basket_above_the_limit_is_refused_with_its_quote():
    sku = sku_in_stock(5, price_krw=500_000)
    with pytest.raises(OverLimit) as refused:
        Shopper().place((sku, 2))
    assert refused.value.quote.over_fen == 2 * 280_800 - 500_000
    assert nothing_happened()


def test_the_years_limit_holds_even_if_the_quote_was_made_before_it_was_used_up():
    shopper, dear = Shopper(), sku_in_stock(20, price_krw=800_000)  # ¥4,492.80
    early = shopper.quote((dear, 1))
    for n in range(5):
        shopper.place((dear, 1), key=str(n))
    with pytest.raises(OverYearLimit) as refused:
        shopper.place(quote=early, key="late")
    assert (refused.value.used_fen, refused.value.year_fen) == (5 * 449_280, 2_600_000)
    assert Order.objects.count() == 5


def test_a_price_that_changed_since_the_quote_is_shown_again():
    shopper, sku = Shopper(), sku_in_stock()
    quote = shopper.quote((sku, 1))
    type(sku).objects.filter(pk=sku.pk).update(price_krw=20_000)
    with pytest.raises(QuoteChanged) as changed:
        shopper.place(quote=quote)
    assert changed.value.quote.goods_fen == 11_230
    assert nothing_happened()
    assert shopper.place(quote=changed.value.quote).goods_fen == 11_230


@pytest.mark.parametrize("field", ["product", "seller", "sku"])
def test_what_was_withdrawn_since_the_quote_is_not_sold(field):
    shopper, sku = Shopper(), sku_in_stock()
    quote = shopper.quote((sku, 1))
    if field == "product":
        Product.objects.filter(pk=sku.product_id).update(state="suspended")
    elif field == "seller":
        type(sku.seller).objects.filter(pk=sku.seller_id).update(state="suspended")
    else:
        type(sku).objects.filter(pk=sku.pk).update(is_active=False)
    with pytest.raises(NotForSale):
        shopper.place(quote=quote)
    assert nothing_happened()


def test_a_single_piece_above_the_limit_is_sold_at_full_tax():
    hs = HsCodeFactory(code="8509809000", vat=HsCode.Vat.STANDARD, general_tariff="0.1")
    sku = sku_in_stock(price_krw=1_000_000, product=ProductFactory(hs=hs))  # ¥5,616.00
    order = Shopper().place((sku, 1))
    assert (order.is_full_tax, order.tariff_fen, order.vat_fen) == (True, 56_160, 80_309)


class TestPartnerOrders:
    def place(self, *lines, paid_fen, freight_fen=0, remote_id="IGO1", placed_at=None):
        channel, _ = Channel.objects.get_or_create(
            code="igetmall", kind="partner", defaults={"name": "I Get Mall"}
        )
        return place_partner_order(
            channel=channel,
            remote_id=remote_id,
            lines=lines,
            address=AddressFactory.build(user=None),
            buyer=IdentityFactory.build(user=None),
            freight_fen=freight_fen,
            paid_fen=paid_fen,
            placed_at=placed_at or timezone.now(),
        )

    def test_it_is_paid_at_once_at_the_partners_prices_and_its_units_are_sold(self, heard):
        sku = sku_in_stock(5)
        at = timezone.now()
        order = self.place(PartnerLine(sku.pk, 2, 13_600, 2_476), paid_fen=29_676, placed_at=at)
        order.refresh_from_db()
        assert (order.goods_fen, order.freight_fen, order.tax_fen, order.total_fen) == (
            27_200,
            0,
            2_476,
            29_676,
        )
        assert (order.state, order.paid_at, order.user) == ("paid", at, None)
        assert [c.state for c in order.consignments.all()] == ["to_ship"]
        assert Stock.objects.values_list("on_hand", "reserved").get(pk=sku.pk) == (3, 0)
        assert heard == [("placed", order.number), ("paid", order.number)]

    def test_its_freight_is_what_the_partner_told(self):
        sku = sku_in_stock(5)
        order = self.place(PartnerLine(sku.pk, 1, 13_600, 1_347), freight_fen=1_200, paid_fen=16_147)
        assert (order.freight_fen, order.lines.get().freight_fen) == (1_200, 1_200)

    @pytest.mark.parametrize(("freight", "paid"), [(0, 14_837), (0, 14_839), (1_200, 14_838), (-1, 14_837)])
    def test_it_is_refused_where_goods_tax_and_freight_are_not_what_was_paid(self, freight, paid):
        sku = sku_in_stock(1)
        with pytest.raises(PaidAmountDiffers):
            self.place(PartnerLine(sku.pk, 1, 13_600, 1_238), freight_fen=freight, paid_fen=paid)
        assert nothing_happened()

    def test_the_same_remote_number_is_the_same_order(self):
        sku = sku_in_stock(5)
        line = PartnerLine(sku.pk, 1, 13_600, 1_238)
        assert self.place(line, paid_fen=14_838) == self.place(line, paid_fen=14_838)
        assert Stock.objects.get(pk=sku.pk).on_hand == 4

    def test_it_is_refused_when_nothing_is_left(self):
        sku = sku_in_stock(1)
        with pytest.raises(OutOfStock):
            self.place(PartnerLine(sku.pk, 2, 13_600, 0), paid_fen=27_200)
        assert nothing_happened()
