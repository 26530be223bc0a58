"""The contract's section 9: what happened to orders on a day, and what it comes to."""

import datetime

from partners.sandbox.igetmall.items import Refusal
from partners.sandbox.stand import faults
from partners.sandbox.stand.clock import GMT8, now

READY_AT = datetime.time(2, 0)
RATE = 800  # of 10,000, for every category
FIGURES = ("paid_fen", "refunded_fen", "commission_fen")


def note(mall, order, *, paid_fen=0, refunded_fen=0, commission_fen=0):
    """Write down what an order came to at this moment, and in which state it is now."""
    mall.state.do(
        "insert into movements (order_id, day, state, paid_fen, refunded_fen, commission_fen)"
        " values (?, ?, ?, ?, ?, ?)",
        order["order_id"], f"{now():%Y-%m-%d}", order["state"], paid_fen, refunded_fen, commission_fen,
    )  # fmt: skip


def earned(order):
    """The mall's commission of a whole order."""
    return sum(_of_units(line, line["quantity"]) for line in order["lines"])


def lost(order, before, figures):
    """What of it goes with units that are given back: [[SKU, units, fen]], after those `before`."""
    fen = 0
    for line in order["lines"]:
        gone = sum(units for sku, units, _fen in before if sku == line["out_sku_id"])
        now_too = sum(units for sku, units, _fen in figures if sku == line["out_sku_id"])
        fen += _of_units(line, gone + now_too) - _of_units(line, gone)
    return fen


def get(mall, body):
    """`igm.statements.get`."""
    day = _closed_day(body)
    size = min(int(body.get("page_size", 200)), 200)
    rows = _spoilt(mall.state, _rows(mall.state, day))
    start = int(body.get("cursor") or 0)
    more = str(start + size) if len(rows) > start + size else ""
    totals = {"orders": len(rows)} | {name: sum(row[name] for row in rows) for name in (*FIGURES, "net_fen")}
    return {"day": day, "rows": rows[start : start + size], "totals": totals, "next_cursor": more}


def move_back(mall, days):
    """The operator lets days pass: all that was written down happened so many days earlier."""
    with mall.state.write():
        mall.state.do("update movements set day = date(day, ?)", f"-{days} day")


def _closed_day(body):
    try:
        day = datetime.date.fromisoformat(body["day"])
    except (KeyError, TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER", "day 格式不符") from None
    ready = datetime.datetime.combine(day + datetime.timedelta(days=1), READY_AT, GMT8)
    if now() < ready:
        raise Refusal("STATEMENT_NOT_READY", "对账单尚未生成")
    return day.isoformat()


def _rows(state, day):
    sums = ", ".join(f"sum({name}) as {name}" for name in FIGURES)
    found = state.rows(
        f"select order_id, max(id) as last, {sums} from movements where day = ? group by order_id"
        " order by order_id", day,
    )  # fmt: skip
    return [_row(state, row) for row in found]


def _row(state, row):
    said = state.row("select state from movements where id = ?", row["last"])["state"]
    number = state.row("select out_order_id from orders where order_id = ?", row["order_id"])["out_order_id"]
    return _with_net(
        {"order_id": row["order_id"], "out_order_id": number, "state": said}
        | {name: row[name] for name in FIGURES}
    )


def _with_net(row):
    return row | {"net_fen": row["paid_fen"] - row["refunded_fen"] - row["commission_fen"]}


def _of_units(line, units):
    whole = (line["price_fen"] * line["quantity"] * RATE + 5_000) // 10_000
    return (2 * whole * units + line["quantity"]) // (2 * line["quantity"])


def _spoilt(state, rows):
    """Faults of the statement itself, each in its first row."""
    if rows and faults.use(state, "statement-drops") is not None:
        rows = rows[1:]
    if faults.use(state, "statement-invents") is not None:
        stranger = {"order_id": "IGO0", "out_order_id": "", "state": "confirmed"}
        figures = {"paid_fen": 9900, "refunded_fen": 0, "commission_fen": 792}
        rows = [*rows, _with_net(stranger | figures)]
    for kind, name in (
        ("statement-amount", "paid_fen"),
        ("statement-refund", "refunded_fen"),
        ("statement-commission", "commission_fen"),
    ):
        if rows and faults.use(state, kind) is not None:
            rows[0] = _with_net(rows[0] | {name: rows[0][name] + 1})
    if rows and faults.use(state, "statement-state") is not None:
        rows[0] |= {"state": "shipped" if rows[0]["state"] == "confirmed" else "confirmed"}
    return rows
