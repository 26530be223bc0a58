"""The mall's own shoppers: their orders with what they may do, and what they ask for."""

import html
import json

from partners.sandbox.igetmall import orders, requests
from partners.sandbox.igetmall.pages import frame
from partners.sandbox.stand.desk import button
from partners.sandbox.stand.money import yuan

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


def find(path):
    return page if path == "/orders/" else None


def act(mall, path, form):
    """One button of the page; what it made, as JSON can hold it."""
    order_id = form["order_id"]
    if path == "/orders/cancel/":
        return orders.cancel(mall, order_id) or {}
    if path == "/orders/ask-cancel/":
        return requests.ask(mall, order_id, "cancel", reason=form.get("reason", "不想要了"))
    if path == "/orders/ask-return/":
        lines = [(form["sku"], int(form.get("quantity", 1)))]
        return requests.ask(mall, order_id, "return", lines, form.get("reason", "尺寸不合适"))
    if path == "/orders/withdraw/":
        return requests.withdraw(mall, order_id, form["request_no"]) or {}
    raise ValueError(path)


def page(mall, query):
    rows = mall.state.rows("select * from orders order by order_id desc limit 30")
    titles = {
        row["out_id"]: json.loads(row["shown_content"])["title"]
        for row in mall.state.rows("select out_id, shown_content from items where shown_content is not null")
    }
    cards = "".join(_card(json.loads(row["body"]), titles) for row in rows)
    return frame("我的订单", f"<h1>我的订单</h1>{cards or '<p class=none>还没有订单</p>'}")


def _card(order, titles):
    goods = "".join(_line(order, line, titles) for line in order["lines"])
    back = f"，已退 ¥{yuan(order['refunded_fen'])}" if order.get("refunded_fen") else ""
    return (
        f'<section class="block"><h2>{STATES[order["state"]]}</h2>'
        f"<p>{order['order_id']} · 实付 ¥{yuan(order['paid_fen'])}{back}</p>"
        f'<div class="wide"><table>{goods}</table></div>{_requests(order)}'
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
        can = one["state"] == "open" or (one["kind"], one["state"]) == ("return", "accepted")
        number = {"order_id": order["order_id"], "request_no": one["request_no"]}
        said += (
            f"<p>{KINDS[one['kind']]}：{REQUESTS[one['state']]} {html.escape(one.get('message', ''))}</p>"
            + (f"<div class='acts'>{button('/orders/withdraw/', '撤回申请', **number)}</div>" if can else "")
        )
    return said


def _is_busy(order):
    return any(one["state"] in ("open", "accepted") for one in order.get("requests", []))


def _cancel(order):
    if order["state"] == "paid":
        return button("/orders/cancel/", "取消订单", order_id=order["order_id"])
    if order["state"] in ("confirmed", "shipped") and not _is_busy(order):
        return button("/orders/ask-cancel/", "申请取消", order_id=order["order_id"])
    return ""


def _return(order, line):
    if order["state"] != "shipped" or _is_busy(order):
        return ""
    return button(
        "/orders/ask-return/",
        "申请退货",
        order_id=order["order_id"],
        sku=line["out_sku_id"],
        quantity=line["quantity"],
    )
