"""A year of orders: over channels, provinces and the seasons of China's shopping year."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import connection

from catalog.demo import reviews
from catalog.demo.logins import SHOPPER
from catalog.models import Picture
from kmall.demo import Mall, step
from orders.demo import part_refunds, people
from orders.demo.baskets import Shelf
from orders.demo.season import BEGAN, moments, share_of
from orders.demo.write import Writer
from orders.models import Channel, Order
from orders.place import store_channel

DAYS = 365
LOOKED_AT = [
    (0, Order.State.PAID),
    (2, Order.State.SHIPPED),
    (5, Order.State.SHIPPED),
    (8, Order.State.EXPIRED),
    (13, Order.State.COMPLETED),
    (13, Order.State.REFUNDED),
    (47, Order.State.COMPLETED),
    (159, Order.State.COMPLETED),
    (290, Order.State.COMPLETED),
]
ORDERS, SHOPPERS = 18_000, 4_000
MOST = Decimal(2)  # at larger scales more products do not mean more orders
CHONGQING = "50"
BOUGHT_THERE = 0.5  # of a partner's orders; the others came to us by its links


@step(40, "a year of orders")
def load(mall: Mall) -> None:
    small = Mall(mall.seed, min(mall.scale, MOST), mall.now, mall.pictures)
    shoppers = people.load(mall, small.count(SHOPPERS, least=60))
    chance = mall.chance("sales")
    shelf, writer = Shelf(mall.chance("shelf")), Writer(mall)
    writer.covers = dict(Picture.objects.filter(position=0).values_list("product_id", "pk"))
    channels = _channels()
    near = [person for person in shoppers if person.place.province_code == CHONGQING] or shoppers
    for at in moments(small.count(ORDERS, least=300), now=mall.now, days=DAYS, chance=chance):
        channel = _channel(channels, (mall.now - at).days, chance)
        basket = shelf.basket(at, chance, channel.pk)
        if basket:
            is_near = channel.kind != Channel.Kind.STORE and chance.random() < 0.7
            person = chance.choice(near if is_near else shoppers)
            if channel.kind == Channel.Kind.PARTNER and chance.random() < BOUGHT_THERE:
                person = replace(person, user_id=None)
            writer.write(basket, at=at, person=person, channel=channel)
    _orders_of_the_login(mall, shelf, writer)
    writer.tables.close()
    part_refunds.write(mall)
    reviews.load(mall, writer.delivered)
    _settle(mall)


def _orders_of_the_login(mall: Mall, shelf: Shelf, writer: Writer) -> None:
    """Orders of the demo shopper in every state that a person may want to look at."""
    chance = mall.chance("login")
    user = get_user_model().objects.get(email=SHOPPER)
    person = people.invent(chance, CHONGQING, 1, user_id=user.pk, name=user.name)
    people.keep_address(person, user)
    store = store_channel()
    for days, state in sorted(LOOKED_AT, reverse=True):  # the oldest has the lowest number
        at = mall.now - timedelta(days=days, minutes=chance.randint(30, 300))
        while not (basket := shelf.basket(at, chance)) or not writer.write(
            basket, at=at, person=person, channel=store, state=state
        ):
            continue


def _channels() -> dict[str, list[Channel]]:
    store_channel()
    found: dict[str, list[Channel]] = {}
    for channel in Channel.objects.order_by("pk"):
        found.setdefault(channel.kind, []).append(channel)
    return found


def _channel(channels: dict[str, list[Channel]], days_ago: int, chance) -> Channel:
    """Partners and displays started later and grow."""
    lot = chance.random()
    for kind in BEGAN:
        share = share_of(kind, days_ago)
        if kind in channels and lot < share:
            return chance.choice(channels[kind])
        lot -= share
    return channels[Channel.Kind.STORE][0]


def _settle(mall: Mall) -> None:
    """The columns that are sums of other rows, and the restocks that keep the ledger at what is on hand."""
    with connection.cursor() as cursor:
        for statement in SETTLE:
            cursor.execute(statement, {"now": mall.now})


SETTLE = [
    # What was sold came in before: the ledger of each SKU sums to what is on hand.
    """
    INSERT INTO catalog_stockmovement (sku_id, delta, reason, reference, at)
    SELECT m.sku_id, s.on_hand - sum(m.delta), 'restock', '', %(now)s - interval '380 days'
    FROM catalog_stockmovement m JOIN catalog_stock s ON s.sku_id = m.sku_id
    GROUP BY m.sku_id, s.on_hand HAVING s.on_hand <> sum(m.delta)
    """,
    # Units that came back after the shelf was empty must have been there to be sold: more came in, and were
    # counted away at the end.
    """
    WITH low AS (
        SELECT sku_id, min(level) AS level FROM (
            SELECT sku_id, sum(delta) OVER (PARTITION BY sku_id ORDER BY at, delta DESC) AS level
            FROM catalog_stockmovement
        ) levels GROUP BY sku_id HAVING min(level) < 0
    )
    INSERT INTO catalog_stockmovement (sku_id, delta, reason, reference, at)
    SELECT sku_id, -level, 'restock', '', %(now)s - interval '380 days' FROM low
    UNION ALL SELECT sku_id, level, 'count', '', %(now)s FROM low
    """,
    """
    UPDATE catalog_product p SET sold = moved.units
    FROM (
        SELECT s.product_id, -sum(m.delta) AS units FROM catalog_stockmovement m
        JOIN catalog_sku s ON s.id = m.sku_id WHERE m.reason = 'sale' GROUP BY s.product_id
    ) moved
    WHERE moved.product_id = p.id
    """,
    """
    UPDATE catalog_product p SET rating_sum = given.stars, rating_count = given.reviews
    FROM (
        SELECT product_id, sum(stars) AS stars, count(*) AS reviews
        FROM catalog_review WHERE state = 'shown' GROUP BY product_id
    ) given
    WHERE given.product_id = p.id
    """,
    """
    UPDATE catalog_picture i SET priority = p.sold - i.position FROM catalog_product p
    WHERE p.id = i.product_id
    """,
    """
    INSERT INTO orders_yearuse (buyer_index, year, used_fen)
    SELECT buyer_index, extract(year FROM placed_at AT TIME ZONE 'Asia/Shanghai')::int,
           sum(goods_fen + freight_fen - coalesce(back.fen, 0))
    FROM orders_order o LEFT JOIN (
        SELECT r.order_id, sum(l.goods_fen + l.freight_fen) AS fen
        FROM orders_refund r JOIN orders_refundline l ON l.refund_id = r.id AND l.is_uncounted GROUP BY 1
    ) back ON back.order_id = o.id
    WHERE state NOT IN ('expired', 'cancelled') GROUP BY 1, 2
    """,
]
