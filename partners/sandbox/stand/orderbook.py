"""Orders that a mall's shoppers place with a supplier: paid, confirmed or refused, shipped, given back.

An order is a dict of fen and ISO times; a mall translates it into the words of its own interface. Every
function runs inside `with state.write():` of the caller.
"""

import datetime
import json
import random

from partners.sandbox.stand import daybook, faults
from partners.sandbox.stand.clock import now
from partners.sandbox.stand.shoppers import shopper

SCHEMA = f"""
{daybook.SCHEMA}
create table if not exists orders (
    order_id text primary key, state text not null, updated_at text not null, body text not null,
    out_order_id text not null default '', refusal text not null default '',
    parcels text not null default '{{}}');
create index if not exists orders_updated on orders (updated_at, order_id);
create table if not exists refunds (
    order_id text not null, refund_no text not null, fen integer not null, body text not null,
    primary key (order_id, refund_no));
"""
REASONS = ("out_of_stock", "unknown_item", "price_differs", "bad_address", "over_limit")
REFUND_REASONS = ("out_of_stock", "damaged", "lost", "cancelled", "returned", "other")
FAULTS = {
    "order-garbled": "订单：下一次变化的订单，第一行单价无法识别，直至改正",
    "order-bargain": "订单：下一个订单，第二行起半价",
    "order-twice": "订单：下一次变化告知两次",
    "order-late": "订单：下一次变化晚于其后一次才告知（乱序）",
}
TICK = datetime.timedelta(seconds=1)  # of two tellings the newer is known, also where a mall tells seconds


class UnknownOrder(ValueError):
    """There is no order of that number."""


class WrongState(ValueError):
    """Not in this state of the order, which is the first argument."""


class Conflict(ValueError):
    """A refund that cannot be; the first argument is what is left to be given back, in fen."""


def place(state, *, prefix, lines, addresses):
    """Somebody buys. `lines`: dicts of out_id, out_sku_id, quantity, price_fen, tax_fen (for one piece)."""
    if faults.use(state, "order-bargain") is not None:
        lines = [one if not place else one | _half(one) for place, one in enumerate(lines)]
    number, moment = state.next_number("order"), now()
    at = moment.isoformat(timespec="milliseconds")
    order = {
        "order_id": f"{prefix}{moment:%Y%m%d}{number:06d}",
        "state": "paid",
        "created_at": at,
        "paid_at": at,
        "updated_at": at,
        "lines": [{"line_no": number, **one} for number, one in enumerate(lines, start=1)],
        "freight_fen": 0,
        "paid_fen": sum((one["price_fen"] + one["tax_fen"]) * one["quantity"] for one in lines),
        "payment": {"payer": "alipay", "number": f"{moment:%Y%m%d}{number:012d}"},
        **shopper(random.Random(number), addresses),
    }
    _garble(state, order)
    sql = "insert into orders (state, updated_at, body, order_id) values (?, ?, ?, ?)"
    _keep(state, order, sql)
    return order


def line(skus, out_id, out_sku_id, quantity):
    """A line of `place`: of the SKU asked for, else of the first with enough. What is gone is sold too.

    `skus`: what the mall shows of the item, dicts of out_sku_id, price_fen, tax_fen, stock.
    """
    fitting = [sku for sku in skus if out_sku_id in (None, sku["out_sku_id"])]
    gone = {"out_sku_id": out_sku_id or "S0", "price_fen": 9900, "tax_fen": 901}
    sku = next((sku for sku in fitting if sku["stock"] >= quantity), (fitting or [gone])[0])
    return {
        "out_id": out_id,
        "out_sku_id": sku["out_sku_id"],
        "quantity": quantity,
        "price_fen": sku["price_fen"],
        "tax_fen": sku["tax_fen"],
    }


def find(state, order_id):
    """(row, order). Raises `UnknownOrder`."""
    row = state.row("select * from orders where order_id = ?", str(order_id))
    if row is None:
        raise UnknownOrder(order_id)
    return row, json.loads(row["body"])


def changed_since(state, since, cursor, size):
    """(orders, next cursor) by the time of their last change. `since`: an ISO time of GMT+8, with ms."""
    after, _, last = cursor.partition("|")
    rows = state.rows(
        "select * from orders where updated_at >= ? and (updated_at, order_id) > (?, ?)"
        " order by updated_at, order_id limit ?",
        since, after, last, size + 1,
    )  # fmt: skip
    page = rows[:size]
    more = f"{page[-1]['updated_at']}|{page[-1]['order_id']}" if len(rows) > size else ""
    return [json.loads(row["body"]) for row in page], more


def confirm(state, order_id, number):
    """The order, or None where that number had confirmed it before."""
    row, order = find(state, order_id)
    if row["state"] in ("confirmed", "shipped") and row["out_order_id"] == number:
        return None
    only(row, "paid")
    state.do("update orders set out_order_id = ? where order_id = ?", number, order["order_id"])
    confirmed = move(state, order, "confirmed")
    daybook.note(state, confirmed, paid_fen=order["paid_fen"], commission_fen=daybook.earned(order))
    return confirmed


def refuse(state, order_id, reason, text):
    """ValueError for a reason that is none of `REASONS`."""
    row, order = find(state, order_id)
    if reason not in REASONS:
        raise ValueError(reason)
    if row["state"] == "refused":
        return
    only(row, "paid")
    state.do("update orders set refusal = ? where order_id = ?", f"{reason}: {text}", order["order_id"])
    move(state, order, "refused")


def ship(state, order_id, parcels):
    """`parcels`: dicts with a `parcel_no`, each put in or replaced; the order as it is then."""
    row, order = find(state, order_id)
    only(row, "confirmed", "shipped")
    kept = json.loads(row["parcels"]) | {str(parcel["parcel_no"]): parcel for parcel in parcels}
    text = json.dumps(kept, ensure_ascii=False)
    state.do("update orders set parcels = ? where order_id = ?", text, order["order_id"])
    shipped = move(state, order, "shipped")
    daybook.note(state, shipped)
    return shipped


def refund(state, order_id, number, fen, reason, lines):
    """Give back, once for each number, never more than was paid. (order as it is then, whether it is new).

    `lines`: [[SKU, units, fen]]. ValueError where they do not add up, or the reason is none of
    `REFUND_REASONS`.
    """
    row, order = find(state, order_id)
    lines = sorted(lines)
    if not 1 <= len(number) <= 64 or reason not in REFUND_REASONS or not _adds_up(fen, lines):
        raise ValueError("refund")
    known = state.row(
        "select body from refunds where order_id = ? and refund_no = ?", order["order_id"], number
    )
    if known is not None:
        if json.loads(known["body"]) != lines:
            raise Conflict(_left_fen(order))
        return order, False
    only(row, "confirmed", "shipped")
    _require_room(state, order, fen, lines)
    lost = daybook.lost(order, given_back(state, order["order_id"]), lines)
    values = (order["order_id"], number, fen, json.dumps(lines))
    state.do("insert into refunds values (?, ?, ?, ?)", *values)
    order["refunded_fen"] = order.get("refunded_fen", 0) + fen
    is_all = order["refunded_fen"] == order["paid_fen"]
    order = move(state, order, "refunded" if is_all else order["state"])
    daybook.note(state, order, refunded_fen=fen, commission_fen=-lost)
    return order, True


def given_back(state, order_id):
    """[[SKU, units, fen]] of all refunds so far."""
    told = state.rows("select body from refunds where order_id = ?", order_id)
    return [one for row in told for one in json.loads(row["body"])]


def cancel(state, order_id):
    """A shopper calls the order off, as long as it is not confirmed; the order as it is then."""
    row, order = find(state, order_id)
    only(row, "paid")
    return move(state, order, "cancelled")


def mend(state, order_id):
    """The operator mends an order that nobody can read; the order as it is then."""
    _row, order = find(state, order_id)
    order.pop("garbled", None)
    return move(state, order, order["state"])


def is_garbled(order, line):
    """Whether the line is to be told with a price that nobody can read."""
    return order.get("garbled", False) and line["line_no"] == 1


def told_again(state, orders):
    """A list of orders that tells each twice, or each once more, last, as it was before it changed: where the
    operator wants that.
    """
    if orders and faults.use(state, "order-twice") is not None:
        orders = orders * 2
    if (older := [order["before"] for order in orders if "before" in order]) and (
        faults.use(state, "order-late") is not None
    ):
        orders = orders + older
    return orders


def only(row, *states):
    """Raise `WrongState` unless an order's row is in one of the states."""
    if row["state"] not in states:
        raise WrongState(row["state"])


def move(state, order, to):
    """Keep an order in a state, perhaps the one it is in, with an `updated_at` later than any before."""
    later = datetime.datetime.fromisoformat(order["updated_at"]) + TICK
    before = json.loads(state.row("select body from orders where order_id = ?", order["order_id"])["body"])
    order["before"] = {name: value for name, value in before.items() if name != "before"}
    order |= {"state": to, "updated_at": max(now(), later).isoformat(timespec="milliseconds")}
    _garble(state, order)
    _keep(state, order, "update orders set state = ?, updated_at = ?, body = ? where order_id = ?")
    return order


def observed(state):
    """All orders as a test compares them."""
    found = {}
    for row in state.rows("select * from orders order by order_id"):
        refunds = state.rows("select * from refunds where order_id = ? order by refund_no", row["order_id"])
        found[row["order_id"]] = {
            "state": row["state"],
            "out_order_id": row["out_order_id"],
            "refusal": row["refusal"],
            "parcels": json.loads(row["parcels"]),
            "refunds": {
                one["refund_no"]: {"fen": one["fen"], "lines": json.loads(one["body"])} for one in refunds
            },
            "requests": json.loads(row["body"]).get("requests", []),
        }
    return found


def _adds_up(fen, lines):
    whole = all(isinstance(number, int) for _sku, *pair in lines for number in [*pair, fen])
    good = whole and fen > 0 and all(units > 0 and part >= 0 for _sku, units, part in lines)
    return good and fen == sum(part for _sku, _units, part in lines)


def _require_room(state, order, fen, lines):
    left = {}
    for line in order["lines"]:
        left[line["out_sku_id"]] = left.get(line["out_sku_id"], 0) + line["quantity"]
    for sku, units, _fen in given_back(state, order["order_id"]) + lines:
        left[sku] = left.get(sku, 0) - units
    if fen > _left_fen(order) or min(left.values()) < 0:
        raise Conflict(_left_fen(order))


def _left_fen(order):
    return order["paid_fen"] - order.get("refunded_fen", 0)


def _half(line):
    return {name: line[name] // 2 for name in ("price_fen", "tax_fen")}


def _garble(state, order):
    if faults.use(state, "order-garbled") is not None:
        order["garbled"] = True


def _keep(state, order, sql):
    text = json.dumps(order, ensure_ascii=False)
    state.do(sql, order["state"], order["updated_at"], text, order["order_id"])
