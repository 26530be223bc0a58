"""The page of a mall's shoppers: their orders with what they may do, and what they ask for."""

import html
import json

from partners.sandbox.stand import orderbook, requestbook
from partners.sandbox.stand.desk import button
from partners.sandbox.stand.money import yuan

PATH = "/orders/"
STATES = {
    "paid": "待商家确认",
    "confirmed": "待发货",
    "refused": "商家无法供货，款项已退回",
    "shipped": "已发货",
    "cancelled": "已取消，款项已退回",
    "refunded": "已全部退款",
}
KINDS = {"cancel": "取消申请", "return": "退货申请"}
REQUESTS = {
    "open": "等待商家答复",
    "accepted": "商家已同意",
    "rejected": "商家未同意",
    "received": "仓库已收到退货",
    "refunded": "已退款",
    "withdrawn": "已撤回",
}


class Shopper:
    """One mall's page, for `server.Handler`: `find` as its modules have it, and `act` for its buttons.

    `frame(title, body)` makes the mall's page; `titles(mall)` the names of its goods by `out_id`; `prefix`
    begins the numbers of its requests; `changed(mall, order)` hears of each order that a button changed.
    """

    def __init__(self, *, frame, titles, prefix, changed):
        self._frame, self._titles, self._prefix, self._changed = frame, titles, prefix, changed

    def find(self, path):
        return self.page if path == PATH else None

    def act(self, mall, path, form):
        """One button; the request as it is then, or nothing where an order was called off.

        A return is of so many units of `sku`, or of each of several with commas.
        """
        state, order_id = mall.state, form["order_id"]
        if path == "/orders/cancel/":
            with state.write():
                order = orderbook.cancel(state, order_id)
        elif path == "/orders/ask-cancel/":
            words = form.get("reason", "不想要了")
            order = requestbook.ask(state, order_id, "cancel", prefix=self._prefix, reason=words)
        elif path == "/orders/ask-return/":
            lines = [(sku, int(form.get("quantity", 1))) for sku in form["sku"].split(",")]
            words = form.get("reason", "尺寸不合适")
            order = requestbook.ask(state, order_id, "return", prefix=self._prefix, lines=lines, reason=words)
        elif path == "/orders/withdraw/":
            order = requestbook.withdraw(state, order_id, form["request_no"])
        else:
            raise ValueError(path)
        self._changed(mall, order)
        return next(iter(order.get("requests", [])[-1:]), {})

    def page(self, mall, query):
        rows = mall.state.rows("select * from orders order by order_id desc limit 30")
        titles = self._titles(mall)
        cards = "".join(_card(json.loads(row["body"]), titles) for row in rows)
        return self._frame("我的订单", f"<h1>我的订单</h1>{cards or '<p class=none>还没有订单</p>'}")


def _card(order, titles):
    goods = "".join(_line(order, line, titles) for line in order["lines"])
    back = f"，已退 ¥{yuan(order['refunded_fen'])}" if order.get("refunded_fen") else ""
    return (
        f'<section class="block"><h2>{STATES[order["state"]]}</h2>'
        f"<p>{order['order_id']} · 实付 ¥{yuan(order['paid_fen'])}{back}</p>"
        f'<div class="wide"><table class="bought">{goods}</table></div>{_requests(order)}'
        f"<div class='acts'>{_cancel(order)}</div></section>"
    )


def _line(order, line, titles):
    title, units = titles.get(line["out_id"], line["out_sku_id"]), line["quantity"]
    return (
        f"<tr><td>{html.escape(title)}</td><td>×&nbsp;{units}</td><td>¥{yuan(line['price_fen'] * units)}</td>"
        f"<td><div class='acts'>{_return(order, line)}</div></td></tr>"
    )


def _requests(order):
    said = ""
    for one in order.get("requests", []):
        can = one["state"] == "open" or requestbook.is_back_on_its_way(one)
        number = {"order_id": order["order_id"], "request_no": one["request_no"]}
        answer = f"<br>商家：{html.escape(one['message'])}" if one.get("message") else ""
        said += f"<p>{KINDS[one['kind']]}：{REQUESTS[one['state']]}{answer}</p>" + (
            f"<div class='acts'>{button('/orders/withdraw/', '撤回申请', **number)}</div>" if can else ""
        )
    return said


def _cancel(order):
    if order["state"] == "paid":
        return button("/orders/cancel/", "取消订单", order_id=order["order_id"])
    if requestbook.may_ask(order, "cancel"):
        return button("/orders/ask-cancel/", "申请取消", order_id=order["order_id"])
    return ""


def _return(order, line):
    if not requestbook.may_ask(order, "return"):
        return ""
    return button(
        "/orders/ask-return/",
        "申请退货",
        order_id=order["order_id"],
        sku=line["out_sku_id"],
        quantity=line["quantity"],
    )
