"""Lies about the orders and statements of docs/partners/ningbo.md: one for each check of the kit."""

import re

from tests.partners.liar import Reply
from tests.partners.ningbo_twists import Message, answering, coded, is_, with_, without


def lies_of_orders():
    orders = is_("ORDER_LIST")
    return {
        "8: 订单按变更时间从旧到新": answering(orders, _last_is_oldest),
        "8: Since 含当刻，更早的订单不列出": answering(
            lambda said: orders(said) and "20200101000000" not in said.text,
            lambda reply: without(reply, "<Order>.*</Order>"),
        ),
        "8: 实付等于各行价税之和加运费": answering(
            orders,
            lambda reply: Reply(200, reply.body.replace(b"<PaidAmount>", b"<PaidAmount>1"), reply.headers),
        ),
        "8: 订单带有订购人与收货人": answering(orders, lambda reply: without(reply, "<Street>.*?</Street>")),
        "8: 未知订单返回 3001": coded(is_("ORDER_REFUND", "KIT-none"), "3002"),
        "8: 未确认的订单不能发货": answering(
            is_("ORDER_SHIP", "KIT0000"),
            lambda reply: reply if b"<Code>3001<" in reply.body else with_(reply, "Code", "0000"),
        ),
        "8: 确认可重复，换单号则被拒绝": coded(is_("ORDER_CONFIRM", "KIT-2"), "0000"),
        "8: 已确认的订单不能再拒单": answering(
            is_("ORDER_REFUSE"), lambda reply: with_(reply, "State", "10", "20")
        ),
        "8: 同一退款单号只退一次": _given_back_twice(),
        "8: 同号不同金额或超额的退款返回 3003": coded(
            lambda said: said.kind == "ORDER_REFUND" and said.of("RefundNo").endswith("-3"), "0000"
        ),
        "8: 发货后状态为 30，同一包裹可重报": coded(is_("ORDER_SHIP", "KIT0002"), "3002"),
        "8: 拒单可重复，之后不能确认": answering(
            is_("ORDER_CONFIRM"), lambda reply: with_(reply, "State", "10", "40")
        ),
    }


def lies_of_requests():
    orders, answers = is_("ORDER_LIST"), is_("ORDER_ANSWER")
    open_return = "(<Request><RequestNo>[^<]*</RequestNo><Kind>20</Kind><Status>10</Status>.*?</Request>)"
    return {
        "8: 顾客的申请随订单列出，元素齐全": answering(
            orders, lambda reply: without(reply, "<CustomsReturn>.*?</CustomsReturn>")
        ),
        "8: 一张订单的申请从旧到新": answering(
            orders,
            lambda reply: _written(
                reply, "(</Request><Request>.*?<AskTime>)[0-9]{14}", r"\g<1>20200101000000"
            ),
        ),
        "8: 一张订单同时只有一件未答复的申请": answering(
            orders, lambda reply: _written(reply, open_return, r"\1\1")
        ),
        "8: 订单没有的申请返回 3001，不退款": coded(is_("ORDER_ANSWER", "KIT-nothing"), "1001"),
        "8: 无效的答复返回 1001，申请不变": coded(is_("ORDER_ANSWER", "perhaps"), "0000"),
        "8: 拒绝退货可重复，改答则返回 3004": answering(
            answers, lambda reply: with_(reply, "State", "10", "40")
        ),
        "8: 已撤回的申请返回 3004": answering(answers, lambda reply: with_(reply, "State", "10", "50")),
        "8: 同意取消不动款项，带申请号的退款使其完结": answering(
            orders,
            lambda reply: _written(reply, "<Status>60</Status><AskTime>", "<Status>20</Status><AskTime>"),
        ),
    }


def lies_of_statements():
    statement = is_("STATEMENT_GET")
    return {
        "9: 当天的对账单尚未生成（3005）": answering(
            statement, lambda reply: with_(reply, "Code", "2002", "3005")
        ),
        "9: 每行净额等于实付减退款减佣金": answering(statement, _a_yuan_more),
        "9: 合计等于各页各行之和，每页相同": answering(statement, lambda reply: with_(reply, "Orders", "9")),
        "9: 每张订单一行，按订单号排列，且在订单列表中": answering(
            statement, lambda reply: with_(reply, "Status", "10")
        ),
    }


def _written(reply, pattern, instead):
    return Reply(200, re.sub(pattern, instead, reply.body.decode()).encode(), reply.headers)


def _a_yuan_more(reply):
    """Of a statement of one row."""
    body = re.sub(rb"<NetAmount>(\d+)", lambda found: b"<NetAmount>%d" % (int(found[1]) + 1), reply.body)
    return Reply(200, body, reply.headers)


def _given_back_twice():
    met = set()

    def lie(call, ask):
        said = Message(call)
        number = said.of("RefundNo")
        is_met = number in met
        met.add(number)
        return ask(said.with_(RefundNo=f"{number}x") if number and is_met else call)

    return lie


def _last_is_oldest(reply):
    before, _tag, last = reply.body.rpartition(b"<ChangeTime>")
    body = before + b"<ChangeTime>20200101000001" + last[14:] if before else reply.body
    return Reply(200, body, reply.headers)
