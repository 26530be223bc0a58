"""Files that the supplier drops: answers, parcels, refunds, replies, faults (the contract's section 9)."""

from partners.sandbox.shanghai import files, shopper
from partners.sandbox.shanghai.signing import sha256
from partners.sandbox.stand import orderbook, requestbook


class Refusal(Exception):
    """A file of results is refused with a code of the contract's section 3."""

    def __init__(self, code, **more):
        super().__init__(code)
        self.code, self.more = code, more


def take(mall, name, raw):
    """Take a file of results, whole or not at all; the number of its rows."""
    digest = sha256(raw)
    with mall.state.write():
        known = mall.state.row("select * from results where name = ?", name)
        if known is not None and known["digest"] != digest:
            raise Refusal("NAME_TAKEN")
        if known is None:
            rows = files.of_results(name, raw)
            KINDS[name.partition("-")[0]](mall, rows)
            mall.state.do("insert into results values (?, ?, ?)", name, digest, len(rows))
            return len(rows)
        return known["rows"]


def _answers(mall, rows):
    for number, row in enumerate(rows, start=2):
        if row["answer"] == "confirmed":
            orderbook.confirm(mall.state, row["order_id"], row["number"])
        elif row["answer"] == "refused" and row["reason"] in orderbook.REASONS:
            orderbook.refuse(mall.state, row["order_id"], row["reason"], row["text"])
        else:
            raise files.BadFile(number, "answer")


def _parcels(mall, rows):
    parcels = {}
    for number, row in enumerate(rows, start=2):
        key = (row["order_id"], row["parcel_no"])
        files.require_time(row["shipped_at"], number, "shipped_at")
        names = ("parcel_no", "carrier", "tracking_number", "shipped_at")
        parcel = parcels.setdefault(key, {name: row[name] for name in names} | {"lines": []})
        units = files.whole(row["quantity"], number, "quantity")
        parcel["lines"].append({"out_sku_id": row["out_sku_id"], "quantity": units})
    for (order_id, _parcel_no), parcel in parcels.items():
        orderbook.ship(mall.state, order_id, [parcel])


def _replies(mall, rows):
    for number, row in enumerate(rows, start=2):
        if row["answer"] not in requestbook.ANSWERS:
            raise files.BadFile(number, "answer")
        if len(row["text"]) > requestbook.LONGEST_WORD:
            raise files.BadFile(number, "text")
        before = requestbook.find(mall.state, row["order_id"], row["request_no"])[1]["state"]
        order = requestbook.answer(mall.state, row["order_id"], row["request_no"], row["answer"], row["text"])
        if before == "open":
            shopper.changed(mall, order, row["request_no"])


def _refunds(mall, rows):
    groups = {}
    for number, row in enumerate(rows, start=2):
        if row["reason"] not in orderbook.REFUND_REASONS:
            raise files.BadFile(number, "reason")
        units = files.whole(row["quantity"], number, "quantity")
        line = [row["out_sku_id"], units, files.fen(row["amount"], number, "amount")]
        total = files.fen(row["total"], number, "total")
        key = (row["order_id"], row["refund_no"], total, row["reason"], row.get("request_no", ""))
        groups.setdefault(key, (number, []))[1].append(line)
    for (order_id, refund_no, total, reason, request_no), (first, lines) in groups.items():
        if total != sum(line[2] for line in lines):
            raise files.BadFile(first, "total")
        order, is_new = orderbook.refund(mall.state, order_id, refund_no, total, reason, lines)
        if is_new and request_no:
            requestbook.ended_by(mall.state, order, request_no)
            shopper.changed(mall, orderbook.find(mall.state, order_id)[1], request_no)


def _faults(mall, rows):
    for number, row in enumerate(rows, start=2):
        line = files.whole(row["line"], number, "line")
        values = (row["file"], line, row["column"], row["code"], row["text"])
        mall.state.do("insert into faulty_rows values (?, ?, ?, ?, ?)", *values)


KINDS = {
    "answer": _answers, "parcel": _parcels, "refund": _refunds, "reply": _replies, "faults": _faults,
}  # fmt: skip
