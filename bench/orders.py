"""Orders a second of ours, from quote to paid: the part of bench/checkout.py that runs on a copy of the mall.

`python -m bench.orders CASE` with CASE as JSON: `{"buyers": 8, "seconds": 3, "products": 32, "units": null}`,
each buyer a process on a SKU of its own as far as there are so many. `units`: what there is to buy of each,
else plenty. Says `{"placed": …, "rate": …}`, a second. Every order is another person's: a year has a limit.
"""

import json
import random
import sys
import time
import uuid
from contextlib import suppress

from django.db import connection
from django.utils import timezone

from bench.together import together, wait_for_all
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
MOST_KRW = 100_000  # far from any limit of import


def main(buyers: int, seconds: float, products: int, units: int | None) -> None:
    skus = list(
        Sku.objects.filter(position=0, price_krw__lt=MOST_KRW, product__in=Product.objects.on_sale())
        .order_by("pk")
        .values_list("pk", flat=True)[:products]
    )
    wanted = PLENTY if units is None else units
    missing = [(sku, wanted - left) for sku, left in stock.available(skus).items()]
    stock.restock(lines=missing, reason=StockMovement.Reason.COUNT)
    users = [User.objects.get_or_create(email=f"bench-{at}@kmall24.test")[0] for at in range(buyers)]
    calls = ((user, skus[at % len(skus)], seconds) for at, user in enumerate(users))
    counts = together(buy, calls)
    done = sum(counts)
    sys.stdout.write(json.dumps({"placed": done + buyers, "rate": done / seconds}))


def buy(user: User, sku: int, seconds: float) -> int:
    """Order after order until the time is over or nothing is left; how many after one to warm up."""
    chance = random.Random(user.pk)
    order_one(user, sku, chance)
    wait_for_all()
    done, end = 0, time.monotonic() + seconds
    with suppress(stock.OutOfStock):
        while time.monotonic() < end:
            order_one(user, sku, chance)
            done += 1
    connection.close()
    return done


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
