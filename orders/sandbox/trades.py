"""The methods of the open platform that a merchant calls, and what a buyer does at the cashier."""

import datetime
import json
import secrets

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
PAY_METHODS = ("alipay.trade.wap.pay", "alipay.trade.page.pay")


class Refusal(Exception):
    """A business failure (code 40004) by its sub-code."""

    def __init__(self, sub_code, sub_msg):
        super().__init__(sub_code)
        self.sub_code, self.sub_msg = sub_code, sub_msg


def now():
    return f"{datetime.datetime.now(BEIJING):%Y-%m-%d %H:%M:%S}"


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02}"


def fen(text):
    whole, _, rest = text.partition(".")
    if len(rest) > 2 or not whole.isdigit():
        raise Refusal("ACQ.INVALID_PARAMETER", "参数无效")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def open_trade(state, parameters):
    """A buyer arrives at the cashier with the merchant's signed request: the trade comes into being."""
    wanted = json.loads(parameters["biz_content"])
    amount = fen(wanted["total_amount"])
    with state.change():
        trade = state.trade(wanted["out_trade_no"])
        if trade and trade["fen"] != amount:
            raise Refusal("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
        expires = wanted.get("time_expire", "")
        if trade is None and expires and now() > expires:
            raise Refusal("ACQ.TRADE_HAS_CLOSE", "交易已超时关闭")
        if trade is None:
            state.run(
                "INSERT INTO trade (trade_no, out_trade_no, status, fen, subject, method, notify_url,"
                " return_url, quit_url, time_expire, created)"
                " VALUES (?, ?, 'WAIT_BUYER_PAY', ?, ?, ?, ?, ?, ?, ?, ?)",
                f"{datetime.datetime.now(BEIJING):%Y%m%d}22001{secrets.randbelow(10**13):013}",
                wanted["out_trade_no"],
                amount,
                wanted["subject"],
                parameters["method"],
                parameters.get("notify_url", ""),
                parameters.get("return_url", ""),
                wanted.get("quit_url", ""),
                expires,
                now(),
            )
    return state.trade(wanted["out_trade_no"])


def pay(state, out_trade_no):
    """The buyer pays. False when the trade is not waiting (any more)."""
    with state.change():
        close_if_over(state, out_trade_no)
        changed = state.run(
            "UPDATE trade SET status = 'TRADE_SUCCESS', paid = ?"
            " WHERE out_trade_no = ? AND status = 'WAIT_BUYER_PAY'",
            now(),
            out_trade_no,
        )
    return bool(changed)


def close_if_over(state, out_trade_no):
    state.run(
        "UPDATE trade SET status = 'TRADE_CLOSED' WHERE out_trade_no = ? AND status = 'WAIT_BUYER_PAY'"
        " AND time_expire <> '' AND time_expire < ?",
        out_trade_no,
        now(),
    )


def query(state, wanted):
    with state.change():
        close_if_over(state, wanted["out_trade_no"])
    trade = _known(state, wanted)
    return {
        **_names(trade),
        "trade_status": trade["status"],
        "total_amount": yuan(trade["fen"]),
        "buyer_logon_id": "159****5620",
        **({"send_pay_date": trade["paid"]} if trade["paid"] else {}),
    }


def close(state, wanted):
    with state.change():
        trade = _known(state, wanted)
        if trade["status"] != "WAIT_BUYER_PAY":
            raise Refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        state.run("UPDATE trade SET status = 'TRADE_CLOSED' WHERE trade_no = ?", trade["trade_no"])
    return _names(trade)


def refund(state, wanted):
    """Once for each `out_request_no`; a repeat answers the same with `fund_change` N."""
    number, amount = wanted["out_request_no"], fen(wanted["refund_amount"])
    with state.change():
        trade = _known(state, wanted)
        known = "SELECT * FROM refund WHERE out_trade_no = ? AND out_request_no = ?"
        again = state.row(known, trade["out_trade_no"], number)
        if again and again["fen"] != amount:
            raise Refusal("ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求")
        if not again:
            _pay_back(state, trade, number, amount)
        total = state.refunded(trade["out_trade_no"])
    return {
        **_names(trade),
        "fund_change": "N" if again else "Y",
        "refund_fee": yuan(total),
        "gmt_refund_pay": now(),
    }


def refund_query(state, wanted):
    trade = _known(state, wanted)
    row = state.row(
        "SELECT * FROM refund WHERE out_trade_no = ? AND out_request_no = ?",
        trade["out_trade_no"],
        wanted["out_request_no"],
    )
    if row is None:
        return _names(trade)
    return {
        **_names(trade),
        "out_request_no": row["out_request_no"],
        "refund_amount": yuan(row["fen"]),
        "refund_status": "REFUND_SUCCESS",
    }


METHODS = {
    "alipay.trade.query": query,
    "alipay.trade.close": close,
    "alipay.trade.refund": refund,
    "alipay.trade.fastpay.refund.query": refund_query,
}


def _pay_back(state, trade, number, amount):
    if trade["status"] != "TRADE_SUCCESS":
        raise Refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    left = trade["fen"] - state.refunded(trade["out_trade_no"])
    if amount > left:
        raise Refusal("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
    state.run("INSERT INTO refund VALUES (?, ?, ?, ?)", trade["out_trade_no"], number, amount, now())
    if amount == left:
        state.run("UPDATE trade SET status = 'TRADE_CLOSED' WHERE trade_no = ?", trade["trade_no"])


def _known(state, wanted):
    trade = state.trade(wanted["out_trade_no"])
    if trade is None:
        raise Refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
    return trade


def _names(trade):
    return {"trade_no": trade["trade_no"], "out_trade_no": trade["out_trade_no"]}
