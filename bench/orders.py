"""Orders a second of ours, from quote to paid: the part of bench/checkout.py that runs on a copy of the mall.

`python -m bench.orders CASE` with CASE as JSON: `{"buyers": 8, "seconds": 3, "products": 32, "units": null}`,
each buyer a process on a SKU of its own as far as there are so many. `units`: what there is to buy of each,
else plenty. Says `{"placed": …, "refused": …}`. Every order is another person's, as the year's limit is.
"""

import json
import multiprocessing
import random
import sys
import time
import uuid
from concurrent.futures import ProcessPoolExecutor

from django.db import connection
from django.utils import timezone

from catalog import stock
from catalog.models import Product, Sku, StockMovement
from kmall.encryption import blind_index
from kmall.models import User
from orders.demo.people import id_number
from orders.models import Address, Identity
from orders.payments.provider import Outcome, Report
from orders.payments.settle import settle
from orders.payments.start import start_payment
from orders.place import place_order
from orders.quote import quote_basket

PLENTY = 100_000
CHONGQING = "50"
LONGEST_WAIT = 60  # seconds, for the others
MOST_KRW = 100_000  # far from any limit of import

_line = None  # at which all buyers of a case start together


def main(buyers: int, seconds: float, products: int, units: int | None) -> None:
    skus = list(
        Sku.objects.filter(position=0, price_krw__lt=MOST_KRW, product__in=Product.objects.on_sale())
        .order_by("pk")
        .values_list("pk", flat=True)[:products]
    )
    for sku, left in stock.available(skus).items():
        delta = (PLENTY if units is None else units) - left
        stock.restock(sku_id=sku, delta=delta, reason=StockMovement.Reason.COUNT)
    users = [User.objects.get_or_create(email=f"bench-{at}@kmall24.test")[0] for at in range(buyers)]
    connection.close()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(buyers, fork, initializer=line_up, initargs=[fork.Barrier(buyers)]) as people:
        begun = [people.submit(buy, user, skus[at % len(skus)], seconds) for at, user in enumerate(users)]
        counts = [each.result() for each in begun]
    placed, refused = (sum(column) for column in zip(*counts, strict=True))
    sys.stdout.write(json.dumps({"placed": placed, "refused": refused}))


def line_up(barrier) -> None:
    global _line
    _line = barrier


def buy(user: User, sku: int, seconds: float) -> tuple[int, int]:
    """Order after order until the time is over or nothing is left; orders, and how often refused."""
    chance = random.Random(user.pk)
    id_number(chance, CHONGQING)  # reads the addresses of China, once a process
    stock.available([sku])
    _line.wait(LONGEST_WAIT)
    done, end = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            order_one(user, sku, chance)
            done += 1
    except stock.OutOfStock:
        return done, 1
    finally:
        connection.close()
    return done, 0


def order_one(user: User, sku: int, chance: random.Random) -> None:
    number = id_number(chance, CHONGQING)
    buyer = Identity(user=user, name="王小明", number=number, index=blind_index(number))
    agreed = quote_basket([(sku, 1)], province_code=CHONGQING, buyer_index=buyer.index)
    order = place_order(
        cart_quote=agreed,
        user=user,
        address=Address(
            user=user,
            name=buyer.name,
            phone="13800138000",
            province_code=CHONGQING,
            province="重庆市",
            city="重庆市",
            district="渝中区",
            street="解放碑街道",
            detail="民权路 28 号",
        ),
        buyer=buyer,
        language="zh-hans",
        visit=None,
        key=uuid.uuid4().hex,
    )
    back = {"return_url": "https://kmall24.example/", "quit_url": "https://kmall24.example/"}
    start_payment(order_id=order.pk, provider_name="alipay", is_phone=True, **back)
    payment = order.payments.get()
    report = Report(Outcome.PAID, payment.number, payment.amount_fen, timezone.now())
    settle(payment_id=payment.pk, report=report, source="notice")


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
