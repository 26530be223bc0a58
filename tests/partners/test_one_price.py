"""Card, product page, cart, order, partner's payload and shelf label tell the same price and the same tax."""

import datetime

from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.cards import render_ids
from catalog.models import HsCode, Picture, Product, SalePrice
from catalog.product_page import page_of
from kmall.money import format_cny
from orders.models import Channel
from partners import desired, goods, labels
from partners.models import Display, DisplayProduct, Market
from tests.factories.catalog import HsCodeFactory, ProductFactory, daily_terms, sku_in_stock
from tests.factories.orders import Shopper, freight_rule
from tests.factories.partners import partner_mall, skin_care

HOUR = datetime.timedelta(hours=1)
won = st.integers(100, 3_000_000)
classes = st.sampled_from(
    [(HsCode.Vat.STANDARD, ""), (HsCode.Vat.LOWER, ""), (HsCode.Vat.STANDARD, "ct_high_end_cosmetics")]
)


class TestOnePrice(TestCase):
    def setUp(self):
        daily_terms()
        freight_rule(free_from_fen=0)
        self.partner = partner_mall()
        self.shopper = Shopper()
        channel = Channel.objects.create(code="display", kind="display", name="1")
        market = Market.objects.create(code="market", name="解放碑", place="重庆")
        self.display = Display.objects.create(market=market, channel=channel, code="d", name="1")

    def product(self, price_krw, sale_krw, vat, consumption):
        hs = HsCodeFactory(code="9900000000", vat=vat, consumption=consumption, general_tariff="0.065")
        product = ProductFactory(hs=hs, category=skin_care())
        sku = sku_in_stock(product=product, price_krw=price_krw)
        Picture.objects.create(
            product=product, art={"kind": "serum"}, digest=f"{product.pk:064}", widths=[480], state="ready"
        )
        if sale_krw:
            now = timezone.now()
            SalePrice.objects.create(sku=sku, price_krw=sale_krw, starts_at=now - HOUR, ends_at=now + HOUR)
        return Product.objects.get(pk=product.pk), sku

    @settings(max_examples=settings.default.max_examples // 5)
    @given(price_krw=won, sale_krw=st.none() | won, kind=classes)
    def test_everywhere_it_is_the_same(self, price_krw, sale_krw, kind):
        product, sku = self.product(price_krw, sale_krw, *kind)
        quote = self.shopper.quote((sku, 1))
        told = (quote.goods_fen, quote.tax_fen, quote.total_fen)

        page = page_of(product).chosen
        assert (page.offer.price.fen, page.offer.landed.tax_fen, page.offer.landed.landed_fen) == told

        with translation.override("zh-hans"):
            card = render_ids([product.pk])
        assert format_cny(quote.total_fen) in card

        order = self.shopper.place(quote=quote, key=str(product.pk))
        assert (order.goods_fen, order.tax_fen, order.total_fen) == told

        frame = desired.frame(self.partner)
        listing = desired.desired(goods.read([product.pk])[product.pk], frame, timezone.localdate())
        (offer,) = listing.offer["skus"]
        assert (offer["price_fen"], offer["tax_fen"], offer["landed_fen"]) == told

        item = DisplayProduct.objects.create(
            display=self.display, product=product, position=product.pk % 30_000
        )
        (label,) = labels.number_labels([item])
        assert (label.price_fen, label.landed_fen) == (quote.goods_fen, quote.total_fen)
