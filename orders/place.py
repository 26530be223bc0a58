"""From a quote to an order: written once, with its units held and its value counted to the buyer's year."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from catalog import stock
from catalog.models import Sku
from kmall.database import lock_timeout
from orders import locks, transitions
from orders.limits import count_to_year
from orders.models import Address, Channel, Identity, Order
from orders.partner_quote import PartnerLine, partner_quote
from orders.quote import Quote, quote_basket
from orders.signals import order_paid, order_placed
from orders.snapshot import AlreadyPlaced, write_head, write_parcels

HOLD_SECONDS = 15 * 60


class OverLimit(Exception):
    """The basket is above what may be imported: `quote.verdict` says whether a split helps."""

    def __init__(self, quote: Quote):
        super().__init__(quote.verdict.value)
        self.quote = quote


class QuoteChanged(Exception):
    """A price, rate, tax or freight changed since the quote. `quote` is the new one, to be shown."""

    def __init__(self, quote: Quote):
        super().__init__(str(quote.total_fen))
        self.quote = quote


class NotForSale(Exception):
    """The SKU, its product or its seller is not on offer (any more)."""

    def __init__(self, sku: Sku):
        super().__init__(str(sku))
        self.sku = sku


def place_order(
    *,
    cart_quote: Quote,
    user,
    address: Address,
    buyer: Identity,
    language: str,
    visit: uuid.UUID | None,
    key: str,
) -> Order:
    """Place what was quoted and hold it for 15 minutes. The same `key` gives the same order, however often.

    The caller has shown the quote and had the risk notice accepted. Raises `OverLimit`, `OverYearLimit`,
    `OutOfStock`, `NotForSale`, `QuoteChanged` or `Busy`; then nothing has happened.
    """
    origin_key = _shop_key(user, key)
    if order := Order.objects.filter(origin_key=origin_key).first():
        return order
    if not cart_quote.verdict.may_be_placed:
        raise OverLimit(cart_quote)
    try:
        return _place(cart_quote, user, address, buyer, language, visit, origin_key)
    except AlreadyPlaced:
        return Order.objects.get(origin_key=origin_key)


def placed_before(*, user, key: str) -> Order | None:
    """The order that this checkout form has already become."""
    return Order.objects.filter(origin_key=_shop_key(user, key)).first()


def _shop_key(user, key: str) -> str:
    return f"shop:{user.pk}:{key}"


@transaction.atomic
def _place(agreed, user, address, buyer, language, visit, origin_key) -> Order:
    now = timezone.now()
    with lock_timeout(locks.WAIT_SECONDS):
        order = write_head(
            agreed,
            address=address,
            buyer=buyer,
            key=origin_key,
            channel=store_channel(),
            at=now,
            user=user,
            language=language,
            visit=visit,
            expires_at=now + datetime.timedelta(seconds=HOLD_SECONDS),
            risk_accepted_at=now,
        )
        count_to_year(
            buyer_index=buyer.index, on=timezone.localdate(now), value_fen=order.goods_fen + order.freight_fen
        )
        _hold(order, agreed)
    _require_unchanged(agreed)
    write_parcels(order, agreed)
    transitions.record(order, "placed", actor=user)
    order_placed.send(sender=Order, order=order)
    return order


def place_partner_order(
    *,
    channel: Channel,
    remote_id: str,
    lines: Iterable[PartnerLine],
    address: Address,
    buyer: Identity,
    freight_fen: int,
    paid_fen: int,
    placed_at: datetime.datetime,
    language: str = "zh-hans",
) -> Order:
    """An order that a partner sold and collected the money for: paid at once, its units sold.

    Idempotent by channel and `remote_id`. `address` and `buyer` may be unsaved. Raises `OutOfStock`,
    `NotForSale`, `Sku.DoesNotExist`, `OverLimit`, `OverYearLimit`, `PaidAmountDiffers` or `Busy`; then
    nothing has happened.
    """
    key = f"{channel.code}:{remote_id}"
    if order := Order.objects.filter(origin_key=key).first():
        return order
    agreed = partner_quote(
        list(lines),
        freight_fen=freight_fen,
        paid_fen=paid_fen,
        at=placed_at,
        province_code=address.province_code,
        buyer_index=buyer.index,
    )
    if not agreed.verdict.may_be_placed:
        raise OverLimit(agreed)
    try:
        return _place_partner(agreed, address, buyer, key, channel, placed_at, language)
    except AlreadyPlaced:
        return Order.objects.get(origin_key=key)


def store_channel() -> Channel:
    """The mall itself as a source of sales."""
    channel, _ = Channel.objects.get_or_create(
        code="store", defaults={"kind": Channel.Kind.STORE, "name_ko": "Kmall24", "name_zh_hans": "Kmall24"}
    )
    return channel


@transaction.atomic
def _place_partner(agreed, address, buyer, key, channel, placed_at, language) -> Order:
    with lock_timeout(locks.WAIT_SECONDS):
        order = write_head(
            agreed,
            address=address,
            buyer=buyer,
            key=key,
            channel=channel,
            at=placed_at,
            language=language,
        )
        value = order.goods_fen + order.freight_fen
        count_to_year(buyer_index=buyer.index, on=timezone.localdate(placed_at), value_fen=value)
        _hold(order, agreed)
    write_parcels(order, agreed)
    stock.take(reference=order.number)
    transitions.record(order, "placed", channel=channel.code)
    order_placed.send(sender=Order, order=order)
    transitions.pay(order, at=placed_at, channel=channel.code)
    transitions.open_for_shipping(order)
    order_paid.send(sender=Order, order=order)
    return order


def _hold(order: Order, agreed: Quote) -> None:
    """Hold the units, which locks their products, and see that each of them is still on offer."""
    lines = [(line.sku.pk, line.quantity) for line in agreed.lines]
    stock.reserve(lines=lines, reference=order.number, seconds=HOLD_SECONDS)
    skus = Sku.objects.filter(pk__in=[sku_id for sku_id, _ in lines]).select_related("product__seller")
    for sku in skus:
        if not sku.is_on_sale:
            raise NotForSale(sku)


def _require_unchanged(agreed: Quote) -> None:
    fresh = quote_basket(
        [(line.sku.pk, line.quantity) for line in agreed.lines], province_code=agreed.basis.province_code
    )
    if [(line.unit_fen, line.value_fen, line.tax) for line in fresh.lines] != [
        (line.unit_fen, line.value_fen, line.tax) for line in agreed.lines
    ]:
        raise QuoteChanged(fresh)
