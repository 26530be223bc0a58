"""Stock: a unit is sold once. Holds put units aside, a sale takes them, every movement is a ledger row."""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from catalog import locks
from catalog.models import Product, Sku, Stock, StockHold, StockMovement
from catalog.signals import product_changed
from kmall.database import lock_timeout, on_violation


class OutOfStock(Exception):
    """Fewer units of `sku` are free than were asked for."""

    def __init__(self, sku: Sku, asked: int, left: int):
        super().__init__(f"{sku}: {asked} asked, {left} left")
        self.sku, self.asked, self.left = sku, asked, left


class NoHold(Exception):
    """Nothing is held for the reference (any more)."""


_TURN = """
    UPDATE catalog_product p SET has_stock = NOT p.has_stock, version = p.version + 1
    WHERE p.id = ANY(%s) AND p.has_stock <> EXISTS (
        SELECT FROM catalog_sku k JOIN catalog_stock n ON n.sku_id = k.id
        WHERE k.product_id = p.id AND k.is_active AND n.on_hand > n.reserved)
"""


@transaction.atomic
def reserve(*, lines: Iterable[tuple[int, int]], reference: str, seconds: int) -> list[StockHold]:
    """Put units aside for `reference`: all lines (SKU id, quantity) or, by `OutOfStock`, none."""
    asked = Counter()
    for sku_id, quantity in lines:
        asked[sku_id] += quantity
    with lock_timeout(locks.WAIT_SECONDS):
        stock = {row.pk: row for row in locks.stocks_with_products(asked)}
    for sku_id, quantity in sorted(asked.items()):
        _require(stock.get(sku_id), sku_id, quantity)
        _change(stock[sku_id], reserved=quantity)
    expires_at = timezone.now() + datetime.timedelta(seconds=seconds)
    holds = StockHold.objects.bulk_create(
        StockHold(sku_id=sku_id, quantity=quantity, reference=reference, expires_at=expires_at)
        for sku_id, quantity in sorted(asked.items())
    )
    _tell(stock[sku_id].sku.product_id for sku_id in asked)
    return holds


@transaction.atomic
def release(*, reference: str) -> int:
    """Free what is held for `reference`; the number of holds freed, 0 when there were none."""
    stock, holds = _held(reference)
    for hold in holds:
        _change(stock[hold.sku_id], reserved=-hold.quantity)
        hold.delete()
    _tell(stock[hold.sku_id].sku.product_id for hold in holds)
    return len(holds)


@transaction.atomic
def take(*, reference: str) -> list[StockMovement]:
    """Turn what is held for `reference` into a sale. Raises `NoHold`."""
    stock, holds = _held(reference)
    if not holds:
        raise NoHold(reference)
    for hold in holds:
        _change(stock[hold.sku_id], on_hand=-hold.quantity, reserved=-hold.quantity)
        hold.delete()
    movements = StockMovement.objects.bulk_create(
        StockMovement(sku_id=hold.sku_id, delta=-hold.quantity, reason="sale", reference=reference)
        for hold in holds
    )
    _count_sold(stock, holds)
    _tell(stock[hold.sku_id].sku.product_id for hold in holds)
    return movements


@transaction.atomic
def restock(*, lines: Iterable[tuple[int, int]], reason: str, reference: str = "") -> list[Stock]:
    """Change what is on hand by lines (SKU id, delta): goods in, a count, a return. The rows by SKU id.

    Raises `OutOfStock` where one would be below what is held. Whoever changes several SKUs in a transaction
    names them in one call, or their products and listings are not taken in everybody's order.
    """
    deltas = Counter()
    for sku_id, delta in lines:
        deltas[sku_id] += delta
    with lock_timeout(locks.WAIT_SECONDS):
        Stock.objects.bulk_create((Stock(pk=pk) for pk in sorted(deltas)), ignore_conflicts=True)
        rows = locks.stocks_with_products(deltas)
    for row in rows:
        _require(row, row.pk, -deltas[row.pk])
        _change(row, on_hand=deltas[row.pk])
    StockMovement.objects.bulk_create(
        StockMovement(sku_id=row.pk, delta=deltas[row.pk], reason=reason, reference=reference) for row in rows
    )
    _tell(row.sku.product_id for row in rows)
    return rows


def sweep_expired(now: datetime.datetime) -> int:
    """Free holds that ended before `now`, one reference a transaction; the number of references."""
    expired = StockHold.objects.filter(expires_at__lt=now)
    references = list(expired.order_by("reference").values_list("reference", flat=True).distinct())
    for reference in references:
        release(reference=reference)
    return len(references)


def available(sku_ids: Iterable[int]) -> dict[int, int]:
    """Units that are free, by SKU id; 0 for a SKU that has no stock row."""
    free = dict.fromkeys(sku_ids, 0)
    rows = Stock.objects.filter(pk__in=free)
    free.update(rows.values_list("pk", F("on_hand") - F("reserved")))
    return free


def _held(reference: str) -> tuple[dict[int, Stock], list[StockHold]]:
    sku_ids = StockHold.objects.filter(reference=reference).values_list("sku", flat=True)
    with lock_timeout(locks.WAIT_SECONDS):
        stock = {row.pk: row for row in locks.stocks_with_products(list(sku_ids))}
        return stock, locks.holds(reference)


def _require(stock: Stock | None, sku_id: int, quantity: int) -> None:
    left = stock.on_hand - stock.reserved if stock else 0
    if quantity > left:
        raise OutOfStock(stock.sku if stock else Sku.objects.get(pk=sku_id), quantity, left)


def _change(stock: Stock, *, on_hand: int = 0, reserved: int = 0) -> None:
    short = OutOfStock(stock.sku, reserved or -on_hand, stock.on_hand - stock.reserved)
    with on_violation("stock_reserved_within_on_hand", short):
        Stock.objects.filter(pk=stock.pk).update(
            on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved
        )
    stock.on_hand += on_hand
    stock.reserved += reserved


def _count_sold(stock: dict[int, Stock], holds: list[StockHold]) -> None:
    sold = Counter()
    for hold in holds:
        sold[stock[hold.sku_id].sku.product_id] += hold.quantity
    for product_id, quantity in sorted(sold.items()):
        Product.objects.filter(pk=product_id).update(sold=F("sold") + quantity)


def _tell(product_ids: Iterable[int]) -> None:
    """Keep `has_stock` true to what is left, and say that stock changed. The products are locked."""
    ids = sorted(set(product_ids))
    if not ids:
        return
    # By hand: this is in every hold and sale, and the ORM took longer to write it than PostgreSQL to run it.
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [ids])
        turned = cursor.rowcount > 0
    product_changed.send(sender=Stock, product_ids=ids, kinds={"stock", "turned"} if turned else {"stock"})
