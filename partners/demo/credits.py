"""What led to the orders of partners and displays: a visit, with its scan, or an order made there."""

import itertools
from collections import Counter
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from kmall.demo import Mall
from orders.commission import Earned, freeze_commission
from orders.models import Channel, Order, OrderLine
from partners.commission import earned, rules_of
from partners.demo.malls import number
from partners.demo.rows import Shown, Tables, shown_at
from partners.models import Display, PartnerMall

OPEN, CLOSED = 10, 21  # hours of the market
ON_THE_SPOT = 0.65  # of a display's orders; the others are made at home, days later
FROM_SECTION = 0.35  # of a partner's visits; the others follow the link of a listing
SUMS = [
    "UPDATE orders_order o SET visit = c.visit_id FROM partners_credit c WHERE c.order_id = o.id",
    """
    UPDATE orders_order o SET origin_key = m.code || ':' || p.remote_id
    FROM partners_partnerorder p JOIN partners_partnermall m ON m.id = p.partner_id WHERE p.order_id = o.id
    """,
    """
    UPDATE partners_credit c SET commission_fen = l.fen FROM
        (SELECT order_id, sum(commission_fen) AS fen FROM orders_orderline GROUP BY order_id) l
    WHERE l.order_id = c.order_id
    """,
]


def load(mall: Mall) -> None:
    chance = mall.chance("credits")
    partners = {partner.channel_id: partner for partner in PartnerMall.objects.all()}
    displays = {display.channel_id: display for display in Display.objects.all()}
    shelves = {channel: shown_at(display) for channel, display in displays.items()}
    orders = Order.objects.exclude(channel__kind=Channel.Kind.STORE).order_by("pk")
    columns = ("pk", "channel_id", "user_id", "placed_at")
    sold = Counter()  # orders of a partner on a day
    with Tables(mall, chance) as tables:
        bought = _bought()
        for key, channel, user, placed in orders.values_list(*columns).iterator():
            if user is None:
                partner = partners[channel]
                day = partner.code, timezone.localdate(placed)
                sold[day] += 1
                tables.sold_there(key, partner, number(partner.code, "O", placed, sold[day]), placed)
                continue
            if channel in displays:
                item = _scanned(shelves[channel], bought[key], chance)
                at = scanned_before(placed, chance)
                visit = tables.scanned(displays[channel], item, at, carted=True)
            else:
                at = placed - timedelta(minutes=chance.randint(2, 900))
                is_section = chance.random() < FROM_SECTION
                visit = tables.followed(
                    partners[channel], bought[key], at, carted=True, from_section=is_section
                )
            tables.credits.add(order_id=key, visit_id=visit, at=placed)
    for partner in partners.values():
        freeze_commission(_earned(partner))
    with connection.cursor() as cursor:
        for statement in SUMS:
            cursor.execute(statement)


def scanned_before(placed: datetime, chance) -> datetime:
    """When the label was scanned that led to an order: in the market's hours, within the display's window."""
    on_the_spot = chance.random() < ON_THE_SPOT
    gap = timedelta(minutes=chance.randint(2, 25) if on_the_spot else chance.randint(120, 2_900))
    at = timezone.localtime(placed - gap)
    if at.hour < OPEN:
        at -= timedelta(days=1)
    if not OPEN <= at.hour < CLOSED:
        at = at.replace(hour=chance.randrange(CLOSED - 4, CLOSED))
    return at


def _bought() -> dict[int, list[Shown]]:
    """Order to the goods of its lines, for orders that are not the shop's own."""
    lines = OrderLine.objects.exclude(order__channel__kind=Channel.Kind.STORE).order_by("order", "pk")
    columns = ("order_id", "product_id", "product__slug", "product__approved_at")
    grouped = itertools.groupby(lines.values_list(*columns), key=lambda row: row[0])
    return {order: [Shown(*rest) for _order, *rest in rows] for order, rows in grouped}


def _scanned(shelf: list[Shown], bought: list[Shown], chance) -> Shown:
    """The label of what was bought where the display has it, else of anything there."""
    keys = {item.product_id for item in bought}
    return next((item for item in shelf if item.product_id in keys), None) or chance.choice(shelf or bought)


def _earned(partner: PartnerMall) -> dict[int, Earned]:
    """By line of what was sold at the partner or came from it, at the rules of each day."""
    rules, found = rules_of(partner), {}
    columns = ("order__placed_at", "pk", "category__path", "goods_fen")
    for placed, *line in OrderLine.objects.filter(order__channel=partner.channel_id).values_list(*columns):
        found |= earned(rules, [line], timezone.localdate(placed))
    return found
