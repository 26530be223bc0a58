"""The contract's section 6: digests of what is shown, by category and by page of it."""

import hashlib

from partners.sandbox.ningbo.goods import PAGE, SHOWN
from partners.sandbox.ningbo.messages import digest


def listing(mall, body):
    """`DIGEST_LIST`: of the categories that have goods, or of the pages of one."""
    code = body.findtext("CategoryCode", "")
    where, values = (f"{SHOWN} and shown_category = ?", [code]) if code else (SHOWN, [])
    rows = mall.state.rows(f"select * from goods where {where} order by goods_no", *values)
    if code:
        pages = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]
        return [
            _element([("First", page[0]["goods_no"]), ("Last", page[-1]["goods_no"])], page) for page in pages
        ]
    groups = {}
    for row in rows:
        groups.setdefault(row["shown_category"], []).append(row)
    return [_element([("CategoryCode", name)], groups[name]) for name in sorted(groups)]


def _element(names, rows):
    return ("Digest", [*names, ("Count", len(rows)), ("Value", value(rows))])


def value(rows):
    """Of goods in the order of their numbers."""
    lines = (
        f"{row['goods_no']} {digest(row['shown_content'])} {digest(row['shown_offer'])}\n" for row in rows
    )
    return hashlib.md5("".join(lines).encode()).hexdigest().upper()
