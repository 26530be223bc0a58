"""What happened to orders on each day, and what it comes to: the book behind a mall's daily statement."""

import datetime
import json
from collections import Counter

from partners.sandbox.stand import faults
from partners.sandbox.stand.clock import GMT8, now

SCHEMA = """
create table if not exists movements (
    id integer primary key, order_id text not null, day text not null, state text not null,
    paid_fen integer not null, refunded_fen integer not null, commission_fen integer not null);
create index if not exists movements_day on movements (day, order_id);
create table if not exists told_statements (day text primary key, rows text not null);
"""
READY_HOUR = 2  # of the next day, as the contracts have it
RATE = 800  # of 10,000, for every category
FIGURES = ("paid_fen", "refunded_fen", "commission_fen")
FAULTS = {
    "statement-drops": "对账单：漏掉第一行",
    "statement-invents": "对账单：多出一笔没有的订单",
    "statement-amount": "对账单：第一行实付多 1 分",
    "statement-refund": "对账单：第一行退款多 1 分",
    "statement-commission": "对账单：第一行佣金多 1 分",
    "statement-net": "对账单：第一行应付多 1 分",
    "statement-state": "对账单：第一行状态不符",
}


def note(state, order, *, paid_fen=0, refunded_fen=0, commission_fen=0):
    """Write down what an order came to at this moment, and in which state it is now."""
    state.do(
        "insert into movements (order_id, day, state, paid_fen, refunded_fen, commission_fen)"
        " values (?, ?, ?, ?, ?, ?)",
        order["order_id"], f"{now():%Y-%m-%d}", order["state"], paid_fen, refunded_fen, commission_fen,
    )  # fmt: skip


def earned(order):
    """The mall's commission of a whole order."""
    return sum(_of_units(line, line["quantity"]) for line in order["lines"])


def lost(order, before, figures):
    """What of it goes with units that are given back: [[SKU, units, fen]], after those `before`."""
    return _lost(order, [*before, *figures]) - _lost(order, before)


def is_ready(day, hour):
    """Whether a day (a `date`) is over, and settled by an hour of the next."""
    return now() >= datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(hour), GMT8)


def rows(state, day, *, is_first=True):
    """What a day's statement says of each order, by its number; with the faults that are set.

    A statement that is told by pages is made for the first one: all show the same, and a fault is used once.
    """
    if not is_first and (
        told := state.row("select rows from told_statements where day = ?", day.isoformat())
    ):
        return json.loads(told["rows"])
    sums = ", ".join(f"sum({name}) as {name}" for name in FIGURES)
    found = state.rows(  # beside max() SQLite gives the state of that very row
        f"select order_id, out_order_id, movements.state, max(id), {sums} from movements"
        " join orders using (order_id) where day = ? group by order_id order by order_id", day.isoformat(),
    )  # fmt: skip
    names = ("order_id", "out_order_id", "state", *FIGURES)
    made = _spoilt(state, [_with_net({name: row[name] for name in names}) for row in found])
    sql = "insert or replace into told_statements values (?, ?)"
    state.do(sql, day.isoformat(), json.dumps(made, ensure_ascii=False))
    return made


def totals(rows):
    return {"orders": len(rows)} | {name: sum(row[name] for row in rows) for name in (*FIGURES, "net_fen")}


def move_back(state, days):
    """The operator lets days pass: all that was written down happened so many days earlier."""
    with state.write():
        state.do("update movements set day = date(day, ?)", f"-{days} day")
        state.do("delete from told_statements")


def _with_net(row):
    return row | {"net_fen": row["paid_fen"] - row["refunded_fen"] - row["commission_fen"]}


def _lost(order, figures):
    """Of a SKU that stands in several lines its units go back from the first one on."""
    left, fen = Counter(), 0
    for sku, units, _fen in figures:
        left[sku] += units
    for line in order["lines"]:
        gone = min(left[line["out_sku_id"]], line["quantity"])
        left[line["out_sku_id"]] -= gone
        fen += _of_units(line, gone)
    return fen


def _of_units(line, units):
    whole = (line["price_fen"] * line["quantity"] * RATE + 5_000) // 10_000
    return (2 * whole * units + line["quantity"]) // (2 * line["quantity"])


def _spoilt(state, rows):
    """Faults of the statement itself, each in its first row."""
    if rows and faults.use(state, "statement-drops") is not None:
        rows = rows[1:]
    if faults.use(state, "statement-invents") is not None:
        stranger = {"order_id": "NOBODYS0", "out_order_id": "", "state": "confirmed"}
        figures = {"paid_fen": 9900, "refunded_fen": 0, "commission_fen": 792}
        rows = [*rows, _with_net(stranger | figures)]
    for kind, name in (
        ("statement-amount", "paid_fen"),
        ("statement-refund", "refunded_fen"),
        ("statement-commission", "commission_fen"),
    ):
        if rows and faults.use(state, kind) is not None:
            rows[0] = _with_net(rows[0] | {name: rows[0][name] + 1})
    if rows and faults.use(state, "statement-net") is not None:
        rows[0] |= {"net_fen": rows[0]["net_fen"] + 1}
    if rows and faults.use(state, "statement-state") is not None:
        rows[0] |= {"state": "shipped" if rows[0]["state"] == "confirmed" else "confirmed"}
    return rows
