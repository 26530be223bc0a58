"""Orders a second of Oscar: basket, offers, totals, `OrderCreator.place_order`; free shipping, no payment.

`python -m shop.orders CASE` with CASE as JSON: `{"buyers": 8, "seconds": 3, "products": 32}`, each buyer a
process on a product of its own as far as there are so many. Says `{"rate": …, "failed": …}`, a second.
"""

import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import django
from django.db import DatabaseError, connection, transaction
from oscar.core.loading import get_class, get_model

PLENTY = 1_000_000
LONGEST_WAIT = 60  # seconds, for the others
_line = None  # at which all buyers of a case start together


def main(buyers: int, seconds: float, products: int) -> None:
    stock = get_model("partner", "StockRecord")
    keys = list(stock.objects.order_by("product").values_list("product", flat=True)[:products])
    stock.objects.filter(product__in=keys).update(num_in_stock=PLENTY)
    connection.close()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(buyers, fork, initializer=line_up, initargs=[fork.Barrier(buyers)]) as people:
        begun = [people.submit(buy, keys[at % len(keys)], seconds) for at in range(buyers)]
        counts = [each.result() for each in begun]
    placed, failed = (sum(column) for column in zip(*counts, strict=True))
    sys.stdout.write(json.dumps({"rate": placed / seconds, "failed": failed}))


def line_up(barrier) -> None:
    global _line
    _line = barrier


def buy(product: int, seconds: float) -> tuple[int, int]:
    place(product)  # warms up
    _line.wait(LONGEST_WAIT)
    done = failed = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            place(product)
            done += 1
        except DatabaseError:  # counted, and a target of the bench
            failed += 1
    connection.close()
    return done, failed


@transaction.atomic
def place(product: int) -> None:
    """As its checkout does at the end: ATOMIC_REQUESTS is documented, so one transaction."""
    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    basket.add_product(get_model("catalogue", "Product").objects.get(pk=product), 1)
    get_class("offer.applicator", "Applicator")().apply(basket)
    method = get_class("shipping.methods", "Free")()
    charge = method.calculate(basket)
    total = get_class("checkout.calculators", "OrderTotalCalculator")().calculate(basket, charge)
    get_class("order.utils", "OrderCreator")().place_order(
        basket=basket,
        total=total,
        shipping_method=method,
        shipping_charge=charge,
        order_number=get_class("order.utils", "OrderNumberGenerator")().order_number(basket),
    )
    basket.submit()


if __name__ == "__main__":
    django.setup()
    main(**json.loads(sys.argv[1]))
