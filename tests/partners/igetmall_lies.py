"""What I Get Mall could do otherwise than docs/partners/igetmall.md says of orders and statements: a lie for
each check of the kit."""

import datetime
import json
import urllib.parse
from dataclasses import dataclass

from tests.partners.liar import Reply
from tests.partners.mall import item

GMT8 = datetime.timezone(datetime.timedelta(hours=8))
LIST, STATEMENT, ANSWER = "igm.orders.list", "igm.statements.get", "igm.orders.answer"


@dataclass
class Prepared:
    """What a mall's engineers prepare: numbers of orders, and a day that is settled."""

    order: str = ""
    refuse: str = ""
    cancel: str = ""
    returned: str = ""
    settled: str = ""
    day: str = ""

    def options(self):
        named = {"order": self.order, "refuse": self.refuse, "cancel": self.cancel, "return": self.returned}
        return [word for name, text in (named | {"day": self.day}).items() for word in (f"--{name}", text)]


def prepare(sandbox):
    """Orders in each state that the kit asks for, some of them two days old."""
    call(sandbox, "igm.items.upsert", {"items": [item()]})
    numbers = [
        sandbox.operate("/operator/orders/", out_id="P1", sku="SP1", quantity=2)["order_id"] for _ in range(5)
    ]
    known = Prepared(*numbers)
    lines = [{"out_sku_id": "SP1", "quantity": 2}]
    for number in (known.cancel, known.returned, known.settled):
        call(sandbox, "igm.orders.confirm", {"order_id": number, "out_order_id": f"K-{number}"})
    back = {"refund_no": "R1", "refund_fen": 100, "reason": "other", "message": ""}
    back["lines"] = [{"out_sku_id": "SP1", "quantity": 1, "refund_fen": 100}]
    call(sandbox, "igm.orders.refund", {"order_id": known.settled, **back})
    parcel = {"parcel_no": "1", "carrier": "SF", "tracking_number": "SF1", "shipped_at": "", "lines": lines}
    call(sandbox, "igm.orders.ship", {"order_id": known.returned, "parcels": [parcel]})
    known.day = f"{datetime.datetime.now(GMT8) - datetime.timedelta(days=2):%Y-%m-%d}"
    sandbox.operate("/operator/statements/back/", days=2)
    sandbox.operate("/orders/ask-cancel/", order_id=known.cancel)
    first = sandbox.operate("/orders/ask-return/", order_id=known.returned, sku="SP1")
    sandbox.operate("/orders/withdraw/", order_id=known.returned, request_no=first["request_no"])
    sandbox.operate("/orders/ask-return/", order_id=known.returned, sku="SP1")
    return known


def call(sandbox, method, body):
    status, envelope = sandbox.call(method, body)
    assert (status, envelope["code"]) == (200, "OK"), envelope


def answering(method, change, text=""):
    """A lie in what a method answers to a body with a text: `change` makes another envelope of it."""

    def lie(call, ask):
        reply = ask(call)
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(call.path).query))
        if query.get("method") != method or text not in call.raw.decode():
            return reply
        return Reply(reply.status, json.dumps(change(json.loads(reply.body))).encode(), reply.headers)

    return lie


def coded(method, code, text=""):
    return answering(method, lambda envelope: envelope | {"code": code}, text)


def standing(method, state, instead):
    """Another state where an order or a request stands as `state`."""

    def change(envelope):
        found = envelope["data"].get("state") == state and envelope["code"] != "OK"
        return envelope | {"data": {"state": instead}} if found else envelope

    return answering(method, change)


def of_orders(change, number=""):
    """Another order in the list, or only for that of a number."""

    def changed(envelope):
        rows = envelope["data"].get("orders", [])
        told = [change(row) if number in (row["order_id"], "") else row for row in rows]
        return envelope | {"data": envelope["data"] | {"orders": told}}

    return answering(LIST, changed)


def of_statements(change):
    """Another page of a statement that is there."""
    return answering(
        STATEMENT, lambda told: told | {"data": change(told["data"])} if "rows" in told["data"] else told
    )


def lies(known):
    """{what the kit says: the lie that breaks it}, fresh for a run."""
    return {
        "7: 订单按更新时间从旧到新": of_orders(lambda row: row | {"updated_at": "2020"}, known.settled),
        "7: 没有时区的 since 返回 INVALID_PARAMETER": coded("igm.orders.list", "OK", '24T00:00:00"'),
        "7: 实付等于各行价税之和加运费": of_orders(lambda row: row | {"freight_fen": 1}, known.refuse),
        "7: 未知订单返回 UNKNOWN_ORDER": coded(ANSWER, "INVALID_PARAMETER", "KIT-none"),
        "7: 未确认的订单不能发货": standing("igm.orders.ship", "paid", "confirmed"),
        "7: 确认可重复，换单号则被拒绝": coded("igm.orders.confirm", "OK", "KIT-2"),
        "7: 已确认的订单不能再拒单": standing("igm.orders.refuse", "confirmed", "shipped"),
        "7: 同一退款单号只退一次": of_orders(_one_fen_more, known.order),
        "7: 同号不同金额或超额的退款返回 REFUND_CONFLICT": coded(
            "igm.orders.refund", "OK", '"refund_fen": 2,'
        ),
        "7: 发货后状态为 shipped，同一包裹可重报": coded("igm.orders.ship", "ORDER_STATE", "KIT0002"),
        "7: 拒单可重复，之后不能确认": standing("igm.orders.confirm", "refused", "paid"),
        "7: 顾客的申请随订单列出，字段齐全": of_orders(_reasonless, known.returned),
        "7: 一张订单同时只有一件未答复的申请": of_orders(_asked_twice, known.returned),
        "7: 订单没有的申请返回 INVALID_PARAMETER，不退款": coded(ANSWER, "OK", "KIT-nothing"),
        "7: 无效的答复返回 INVALID_PARAMETER，申请不变": coded(ANSWER, "OK", "perhaps"),
        "7: 拒绝退货可重复，改答则返回 REQUEST_STATE": standing(ANSWER, "rejected", "open"),
        "7: 已撤回的申请返回 REQUEST_STATE": standing(ANSWER, "withdrawn", "open"),
        "7: 同意取消不动款项，带申请号的退款使其完结": of_orders(_never_refunded, known.cancel),
        "9: 当天的对账单尚未生成": answering(
            STATEMENT, lambda told: told | {"code": "BUSY"} if told["code"] == "STATEMENT_NOT_READY" else told
        ),
        "9: 日期格式不符返回 INVALID_PARAMETER": coded(STATEMENT, "OK", "yesterday"),
        "9: 每行净额等于实付减退款减佣金": of_statements(_net_one_fen_more),
        "9: 合计等于各页各行之和，每页相同": of_statements(
            lambda page: page | {"totals": page["totals"] | {"orders": page["totals"]["orders"] + 1}}
        ),
        "9: 每张订单一行，且在订单列表中": of_statements(
            lambda page: page | {"rows": [row | {"state": "paid"} for row in page["rows"]]}
        ),
        "9: 实付与退款和订单一致": of_orders(lambda row: row | {"refunded_fen": 0}, known.settled),
        "9: 同一天的对账单不再变动": _third_in_a_row(),
    }


def _one_fen_more(row):
    return row | ({"refunded_fen": row["refunded_fen"] + 1} if row.get("refunded_fen") else {})


def _reasonless(row):
    return row | {
        "requests": [{name: one[name] for name in one if name != "reason"} for one in row["requests"]]
    }


def _asked_twice(row):
    twice = [
        one | {"request_no": f"{one['request_no']}x"} for one in row["requests"] if one["state"] == "open"
    ]
    return row | {"requests": row["requests"] + twice}


def _never_refunded(row):
    requests = [
        one | ({"state": "accepted"} if one["state"] == "refunded" else {}) for one in row["requests"]
    ]
    return row | {"requests": requests}


def _net_one_fen_more(page):
    rows = [row | {"net_fen": row["net_fen"] + 1} for row in page["rows"]]
    totals = page["totals"] | {"net_fen": page["totals"]["net_fen"] + page["totals"]["orders"]}
    return page | {"rows": rows, "totals": totals}


def _third_in_a_row():
    in_a_row = []

    def change(page):
        in_a_row.append(page)
        return (
            page | {"rows": [row | {"out_order_id": ""} for row in page["rows"]]}
            if len(in_a_row) > 2
            else page
        )

    told = of_statements(change)

    def lie(call, ask):
        if f"method={STATEMENT}" not in call.path or b'"page_size": 200' not in call.raw:
            in_a_row.clear()
            return ask(call)
        return told(call, ask)

    return lie
