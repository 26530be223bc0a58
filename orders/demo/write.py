"""Order rows of the past, each as a real order would have left them: the numbers come from `orders.quote`."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone

from catalog.models import StockMovement
from kmall.copying import Table
from kmall.demo import Mall
from orders.demo.fate import Times, state_of, times_of
from orders.demo.people import Person
from orders.give_back import KINDS
from orders.models import (
    Channel,
    Consignment,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
)
from orders.quote import Basis, Quote, QuoteLine, basis_at, quote
from orders.snapshot import figures

Of, Parcel = Order.State, Consignment.State
CARRIERS = [
    ("ems", "EM{:09d}KR"),
    ("cj", "6{:011d}"),
    ("sf", "SF{:013d}"),
    ("cainiao", "LP{:09d}CN"),
]
RETURNED = ("quantity", "tax_fen", *KINDS)


@dataclass
class Sold:
    """A line that was delivered: what a review may be written of."""

    line: int
    product_id: int
    sku_id: int
    person: Person
    received_at: datetime


@dataclass
class Tables:
    order: Table
    consignment: Table
    line: Table
    event: Table
    payment: Table
    refund: Table
    refund_line: Table
    movement: Table

    def __init__(self, now):
        models = (Order, Consignment, OrderLine, OrderEvent, Payment, Refund, RefundLine, StockMovement)
        for name, model in zip(self.__annotations__, models, strict=True):
            setattr(self, name, Table(model, now=now))

    def close(self):
        for name in self.__annotations__:
            getattr(self, name).close()


class Writer:
    """Writes orders and remembers what was sold and delivered."""

    def __init__(self, mall: Mall):
        self.mall, self.tables = mall, Tables(mall.now)
        self.chance = mall.chance("orders")
        self.covers: dict[int, int] = {}
        self.sold: dict[int, int] = {}
        self.delivered: list[Sold] = []

    def write(self, basket, *, at: datetime, person: Person, channel: Channel, state: str = "") -> bool:
        """One order placed at a moment; False if it may not be imported so (above the limits)."""
        agreed = self._quoted(basket, at, person)
        if agreed is None:
            return False
        state = state or state_of(at, self.mall.now, person.user_id is not None, self.chance)
        number = f"K{timezone.localdate(at):%y%m%d}{self.chance.randrange(10**10):010}"
        times = times_of(at, state, self.mall.now, self.chance)
        order = self.tables.order.add(**self._head(agreed, number, state, times, person, channel))
        lines = self._parcels(agreed, order, number, state, times, person)
        if person.user_id is not None:  # a partner collects the money of its own orders
            payment = self._payment(agreed, order, number, times)
            if state == Of.REFUNDED:
                self._refund(agreed, order, payment, number, times, lines)
        self._history(order, state, times)
        return True

    def _quoted(self, basket, at: datetime, person: Person) -> Quote | None:
        basis = replace(_basis(timezone.localdate(at)), at=at, province_code=person.place.province_code)
        for lines in (basket, [(basket[0][0], 1)]):
            agreed = quote(lines, basis)
            if agreed.verdict.may_be_placed:
                return agreed
        return None

    def _head(self, agreed: Quote, number, state, times: Times, person: Person, channel: Channel) -> dict:
        place = person.place
        is_partner = person.user_id is None
        return {
            "number": number,
            "origin_key": f"{channel.code}:{number}" if is_partner else f"shop:{person.user_id}:{number}",
            "user_id": None if is_partner else person.user_id,
            "channel_id": channel.pk,
            "state": state,
            "placed_at": times["placed"],
            "expires_at": None if is_partner else times["placed"] + timedelta(minutes=15),
            "paid_at": times["paid"],
            "closed_at": times["closed"],
            **_sums(agreed),
            "total_fen": agreed.total_fen,
            "promised_fen": agreed.total_fen if state == Of.REFUNDED else 0,
            "refunded_fen": agreed.total_fen if state == Of.REFUNDED else 0,
            "rate_id": agreed.basis.terms.rate.pk,
            "is_full_tax": agreed.is_full_tax,
            "receiver_name": person.sealed_name,
            "receiver_phone": person.sealed_phone,
            "province_code": place.province_code,
            "province": place.province,
            "city": place.city,
            "district": place.district,
            "street": place.street,
            "detail": person.sealed_detail,
            "buyer_name": person.sealed_name,
            "buyer_number": person.sealed_number,
            "buyer_index": person.index,
            "risk_accepted_at": None if is_partner else times["placed"],
        }

    def _parcels(
        self, agreed: Quote, order: int, number: str, state: str, times: Times, person: Person
    ) -> list[tuple[int, QuoteLine]]:
        state_of_parcel = {
            Of.PAID: Parcel.TO_SHIP,
            Of.SHIPPED: Parcel.SHIPPED,
            Of.COMPLETED: Parcel.RECEIVED,
        }.get(state, Parcel.CANCELLED)
        lines = []
        for position, parcel in enumerate(agreed.parcels, 1):
            carrier, form = self.chance.choice(CARRIERS)
            shipped = {
                "carrier": carrier,
                "tracking_number": form.format(self.chance.randrange(10**9)),
                "shipped_at": times["shipped"],
                "received_at": times["received"],
            }
            consignment = self.tables.consignment.add(
                order_id=order,
                seller_id=parcel.seller.pk,
                number=f"{number}-{position}",
                state=state_of_parcel,
                freight_fen=parcel.freight_fen,
                **(shipped if times["shipped"] else {}),
            )
            for line in parcel.lines:
                lines.append((self._line(line, order, consignment, number, state, times, person), line))
            if times["shipped"]:
                event = {"order_id": order, "consignment_id": consignment}
                data = {"tracking_number": shipped["tracking_number"]}
                self.tables.event.add(**event, kind="shipped", at=times["shipped"], data=data)
                if times["received"]:
                    self.tables.event.add(**event, kind="received", at=times["received"])
        return lines

    def _line(
        self, line, order: int, consignment: int, number: str, state: str, times: Times, person: Person
    ) -> int:
        sku, product = line.sku, line.sku.product
        key = self.tables.line.add(
            order_id=order,
            consignment_id=consignment,
            sku_id=sku.pk,
            product_id=product.pk,
            seller_id=product.seller_id,
            category_id=product.category_id,
            product_version=product.version,
            name_ko=product.name_ko,
            name_zh_hans=product.name_zh_hans,
            label_ko=sku.label_ko,
            label_zh_hans=sku.label_zh_hans,
            picture_id=self.covers.get(product.pk),
            **figures(line),
            refunded_quantity=line.quantity if state == Of.REFUNDED else 0,
            called_off_quantity=line.quantity if state == Of.REFUNDED else 0,
            hs_code=product.hs.code,
            tax_percent=line.tax_percent,
            weight_g=line.weight_g,
        )
        if not times["paid"]:
            return key
        moved = {"sku_id": sku.pk, "reference": number}
        self.tables.movement.add(**moved, delta=-line.quantity, reason="sale", at=times["paid"])
        if state == Of.REFUNDED:
            self.tables.movement.add(**moved, delta=line.quantity, reason="return", at=times["closed"])
        else:
            self.sold[sku.pk] = self.sold.get(sku.pk, 0) + line.quantity
        if times["received"]:
            self.delivered.append(Sold(key, product.pk, sku.pk, person, times["received"]))
        return key

    def _payment(self, agreed: Quote, order: int, number: str, times) -> int:
        """As the payment company confirmed it."""
        was_paid = times["paid"] is not None
        return self.tables.payment.add(
            order_id=order,
            provider="alipay",
            number=f"{number}P1",
            amount_fen=agreed.total_fen,
            state=Payment.State.SUCCEEDED if was_paid else Payment.State.CLOSED,
            provider_number=f"{times['placed']:%Y%m%d}22001{self.chance.randrange(10**15):015}"
            if was_paid
            else "",
            created_at=times["placed"],
            paid_at=times["paid"],
        )

    def _refund(self, agreed: Quote, order: int, payment: int, number: str, times, lines) -> None:
        """The whole order, before any of it was sent."""
        refund = self.tables.refund.add(
            order_id=order,
            payment_id=payment,
            number=f"R{number}P1",
            amount_fen=agreed.total_fen,
            reason="sold_out",
            state=Refund.State.DONE,
            attempts=1,
            created_at=times["closed"] - timedelta(minutes=3),
            done_at=times["closed"],
        )
        for key, line in lines:
            money = {name: fen for name, fen in figures(line).items() if name in RETURNED}
            state = {"was_sent": False, "is_restocked": True, "is_uncounted": True}
            self.tables.refund_line.add(refund_id=refund, line_id=key, **money, **state)

    def _history(self, order: int, state: str, times) -> None:
        self.tables.event.add(order_id=order, kind="placed", at=times["placed"])
        if times["paid"]:
            self.tables.event.add(order_id=order, kind="paid", at=times["paid"])
        if times["closed"]:
            self.tables.event.add(order_id=order, kind=state, at=times["closed"])


@lru_cache(maxsize=8)
def _basis(on) -> Basis:
    """What a day's quotes are made with."""
    return basis_at(datetime.combine(on, time(12), timezone.get_default_timezone()))


def _sums(agreed: Quote) -> dict:
    names = ("goods_fen", "freight_fen", "tariff_fen", "consumption_fen", "vat_fen", "tax_fen")
    return {name: getattr(agreed, name) for name in names}
