"""Messages of goods: taken in with a receipt number, worked through later (sections 4 and 5)."""

import json
import time
import xml.etree.ElementTree as ET

from partners.sandbox.ningbo import goods
from partners.sandbox.ningbo.faults import OF_A_MESSAGE
from partners.sandbox.ningbo.messages import Refusal
from partners.sandbox.stand import faults

PLACES = 20
MOST = {"GOODS_PUT": 40, "OFFER_PUT": 100, "GOODS_OFF": 100}
MOST_RECEIPTS = 20
KEPT_SECONDS = 7 * 86400


def take_in(mall, kind, message_id, body):
    """Answer with a receipt number and look at nothing but the number of entries."""
    entries = len(body.findall("Goods"))
    if not entries:
        raise Refusal("1001")
    if entries > MOST[kind]:
        raise Refusal("1006")
    state, now = mall.state, time.time()
    state.do("delete from messages where taken_at < ?", now - KEPT_SECONDS)
    known = state.row("select number from messages where message_id = ?", message_id)
    if known:
        return [("ReceiptNo", receipt_no(known["number"]))]
    if state.count("select count(*) from messages where state = 'waiting'") >= PLACES:
        raise Refusal("2001", body=[("RetryAfter", "1")])
    number = state.next_number("receipt")
    fault = next((fault for fault in OF_A_MESSAGE if faults.use(state, fault) is not None), "")
    due = now + mall.work_delay + (faults.use(state, "late") or 0)
    state.do(
        "insert into messages (number, message_id, kind, body, state, fault, taken_at, due)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        number, message_id, kind, ET.tostring(body, encoding="unicode"),
        "mute" if fault == "mute" else "waiting", fault, now, due,
    )  # fmt: skip
    return [("ReceiptNo", receipt_no(number))]


def work(mall):
    """Work through what is due, in the order of its time, and put on the page what was applied before."""
    with mall.state.write():
        sql = "select * from messages where state = 'waiting' and due <= ? order by due, number"
        for row in mall.state.rows(sql, time.time()):
            entries = list(enumerate(ET.fromstring(row["body"]).findall("Goods")))
            items = [
                goods.apply(mall, row["kind"], one, _fault(row["fault"], place)) for place, one in entries
            ]
            text = json.dumps([item for item in items if item], ensure_ascii=False)
            done = "unknown" if row["fault"] == "unheard" else "done"
            mall.state.do(
                "update messages set state = ?, items = ? where number = ?", done, text, row["number"]
            )
        goods.publish(mall)


def receipts(mall, body):
    """The receipts asked for; reading does not use them up."""
    asked = [one.text or "" for one in body.findall("ReceiptNo")]
    if not 1 <= len(asked) <= MOST_RECEIPTS:
        raise Refusal("1006" if asked else "1001")
    found = [_receipt(mall, number) for number in asked]
    return found[::-1] * 2 if faults.use(mall.state, "twice") is not None else found


def receipt_no(number):
    return f"NB{number:010d}"


def _receipt(mall, number):
    row = mall.state.row(
        "select * from messages where number = ?", int(number[2:]) if number[2:].isdigit() else 0
    )
    state = {"mute": "waiting"}.get(row["state"], row["state"]) if row else "unknown"
    items = json.loads(row["items"]) if state == "done" else []
    named = [("Item", [tuple(pair) for pair in item]) for item in items]
    return ("Receipt", [("ReceiptNo", number), ("State", state), *named])


def _fault(of_message, place):
    """What goes wrong with one entry: of half a message only every second."""
    return "" if of_message == "half" and not place % 2 else of_message
