"""The folders that the supplier reads: orders, requests, statements as files (the contract's section 8)."""

import time

from partners.sandbox.shanghai import files
from partners.sandbox.shanghai.signing import sha256
from partners.sandbox.stand import daybook, faults

AT_ONCE = 50
HELD_SECONDS = 60  # that a late file waits for the next one


def drop(mall, kind, body):
    """Put a file of `orders` or `requests` in its folder, or two, where the operator wants that; its name.

    One that is to be late has none yet: it comes behind the next file, or after a minute.
    """
    state = mall.state
    if faults.use(state, "order-late") is not None:
        state.do("insert into held values (?, ?, ?)", kind, time.time(), body)
        return ""
    for _ in range(1 if faults.use(state, "order-twice") is None else 2):
        name = _number(mall, kind, body)
    _drop_held(mall, time.time())
    return name


def _drop_held(mall, before):
    """Put what was held back since then in its folder."""
    for row in mall.state.rows("select * from held where at <= ?", before):
        _number(mall, row["kind"], row["body"])
    mall.state.do("delete from held where at <= ?", before)


def _number(mall, kind, body):
    name = f"{kind}-{mall.state.next_number(kind):06d}.csv"
    _put(mall, kind, name, body)
    return name


def drop_again(mall, name):
    row = mall.state.row("select kind, body from dropped where name = ?", name)
    return drop(mall, row["kind"], row["body"])


def listing(mall, kind, since, after):
    with mall.state.write():
        _drop_held(mall, time.time() - HELD_SECONDS)
    sql = "select name from dropped where kind = ? and at >= ? and name > ? order by name limit ?"
    return "".join(f"{row['name']}\n" for row in mall.state.rows(sql, kind, since, after, AT_ONCE))


def file(mall, name):
    """A file, or the digest beside it; None when there is none."""
    row = mall.state.row("select * from dropped where name = ?", name.removesuffix(".sha256"))
    if row is None:
        return None
    return f"{row['digest']}  {row['name']}\n".encode() if name.endswith(".sha256") else row["body"]


def statement(mall, name, day):
    """The file of a day as it is now, or the digest beside it; None before the day is settled."""
    if not daybook.is_ready(day, mall.statements_at):
        return None
    if not name.endswith(".sha256"):
        body = files.of_statement(daybook.rows(mall.state, day))
        if faults.use(mall.state, "statement-garbled") is not None:
            body = files.garbled(body)
        _put(mall, "statements", name, body)
    return file(mall, name)


def _put(mall, kind, name, body):
    sql = "insert or replace into dropped values (?, ?, ?, ?, ?)"
    mall.state.do(sql, name, kind, time.time(), body, sha256(body))
