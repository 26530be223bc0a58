"""The contract's section 9: what happened to orders on a day, and what it comes to."""

import datetime

from partners.sandbox.igetmall.items import Refusal
from partners.sandbox.stand import daybook


def get(mall, body):
    """`igm.statements.get`."""
    day = _closed_day(mall, body)
    size = min(int(body.get("page_size", 200)), 200)
    start = int(body.get("cursor") or 0)
    rows = daybook.rows(mall.state, day, is_first=start == 0)
    more = str(start + size) if len(rows) > start + size else ""
    page = rows[start : start + size]
    return {"day": day.isoformat(), "rows": page, "totals": daybook.totals(rows), "next_cursor": more}


def _closed_day(mall, body):
    try:
        day = datetime.date.fromisoformat(body["day"])
    except (KeyError, TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER", "day 格式不符") from None
    if not daybook.is_ready(day, mall.statements_at):
        raise Refusal("STATEMENT_NOT_READY", "对账单尚未生成")
    return day
