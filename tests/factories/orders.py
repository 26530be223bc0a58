"""Rows of orders for tests."""

import uuid

import factory
from django.utils import timezone

from catalog import stock
from catalog.models import ExchangeRate
from kmall.encryption import blind_index
from kmall.models import User
from orders import models, transitions
from orders.place import place_order
from orders.quote import quote_basket
from tests.factories.catalog import daily_terms


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"shopper-{n}@example.test")


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Address

    user = factory.SubFactory(UserFactory)
    name, phone = "王小明", "13800138000"
    province_code, city_code, district_code = "50", "5001", "500103"
    province, city, district = "重庆市", "重庆市", "渝中区"
    street = "解放碑街道"
    detail = "民权路 28 号 1203"


class IdentityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Identity

    user = factory.SubFactory(UserFactory)
    name, number = "王小明", "11010519491231002X"
    index = factory.LazyAttribute(lambda identity: blind_index(identity.number))


def freight_rule(**fields) -> models.FreightRule:
    """¥12 for the first 500 g, ¥6 for each further 500 g, free from ¥199."""
    row = {"first_g": 500, "first_fen": 1200, "step_g": 500, "step_fen": 600, "free_from_fen": 19900}
    return models.FreightRule.objects.create(**{"valid_from": "2026-01-01", **row, **fields})


class Shopper:
    """A shopper with address and identity, who quotes and places as the checkout does."""

    def __init__(self, number="11010519491231002X"):
        self.user = UserFactory()
        self.address = AddressFactory(user=self.user)
        self.buyer = IdentityFactory(user=self.user, number=number)

    def quote(self, *lines):
        """Lines of (SKU, quantity)."""
        return quote_basket(
            [(sku.pk, quantity) for sku, quantity in lines],
            province_code=self.address.province_code,
            buyer_index=self.buyer.index,
        )

    def place(self, *lines, key="key", quote=None, visit=None):
        return place_order(
            cart_quote=quote or self.quote(*lines),
            user=self.user,
            address=self.address,
            buyer=self.buyer,
            language="zh-hans",
            visit=visit,
            key=key,
        )


def paid_order(*skus, quantity: int = 1, visit=None) -> models.Order:
    """An order of these SKUs, placed and paid as a notice would, ready to be sent."""
    if not ExchangeRate.objects.exists():
        daily_terms()
    order = Shopper().place(*((sku, quantity) for sku in skus), key=uuid.uuid4().hex, visit=visit)
    transitions.pay(order, at=timezone.now())
    stock.take(reference=order.number)
    transitions.open_for_shipping(order)
    return order
