"""The contract's section 9: what happened to orders on a day, and what it comes to."""

import datetime

from partners.sandbox.ningbo.messages import Refusal
from partners.sandbox.ningbo.words import STATUS
from partners.sandbox.stand import daybook
from partners.sandbox.stand.clock import GMT8
from partners.sandbox.stand.money import yuan

PAGE = 100
AMOUNTS = {
    "PaidAmount": "paid_fen",
    "RefundAmount": "refunded_fen",
    "CommissionAmount": "commission_fen",
    "NetAmount": "net_fen",
}


def get(mall, body):
    """`STATEMENT_GET`."""
    day = datetime.datetime.strptime(body.findtext("Day", ""), "%Y%m%d").replace(tzinfo=GMT8).date()
    if not daybook.is_ready(day, mall.statements_at):
        raise Refusal("3005")
    after = body.findtext("After", "")
    rows = daybook.rows(mall.state, day, is_first=not after)
    left = [row for row in rows if row["order_id"] > after]
    totals = daybook.totals(rows)
    return [
        ("Day", f"{day:%Y%m%d}"),
        *(("Row", _row(row)) for row in left[:PAGE]),
        ("Totals", [("Orders", totals["orders"]), *_amounts(totals)]),
        ("Next", left[PAGE - 1]["order_id"] if len(left) > PAGE else ""),
    ]


def _row(row):
    return [
        ("OrderNo", row["order_id"]),
        ("SupplierOrderNo", row["out_order_id"]),
        ("Status", STATUS[row["state"]]),
        *_amounts(row),
    ]


def _amounts(figures):
    return [(name, yuan(figures[ours])) for name, ours in AMOUNTS.items()]
