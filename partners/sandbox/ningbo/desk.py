"""The operator's desk: messages and their receipts, goods, orders, staff edits, faults on request."""

import html
import json
import xml.etree.ElementTree as ET

from partners.sandbox.ningbo import goods, intake, orders
from partners.sandbox.ningbo.faults import FAULTS
from partners.sandbox.ningbo.messages import leaves
from partners.sandbox.ningbo.pages import frame, name_of
from partners.sandbox.stand import daybook, faults, orderbook
from partners.sandbox.stand.clock import now
from partners.sandbox.stand.desk import (
    asked,
    calls,
    cancel_button,
    chosen,
    faults_block,
    goods_buttons,
    log_block,
    mend_button,
    received,
    received_buttons,
    tracks,
)
from partners.sandbox.stand.money import yuan
from partners.sandbox.stand.paging import containing

escape = html.escape
STATES = {"waiting": "待处理", "done": "已出回执", "mute": "无回执", "unknown": "回执丢失"}
GOODS_STATES = {"shown": "在架", "queued": "待上架", "off": "已下架", "removed": "商城移除"}
ORDER_STATES = {
    "paid": "待确认", "confirmed": "已确认", "shipped": "已发货", "refused": "已拒单", "cancelled": "已取消",
    "refunded": "已退款",
}  # fmt: skip


def find(path):
    return page if path == "/operator/" else None


def note(mall, head, code, raw, body):
    """Keep what came in: type, size and receipt, no shopper's data."""
    detail = {"bytes": len(raw)}
    detail |= {name: value for name, value in body if name in ("ReceiptNo", "RetryAfter", "State", "Now")}
    kind = head.get("MessageType", "?")[:30]
    mall.state.note(now().isoformat(timespec="seconds"), kind, code, detail)


def state(mall):
    """Everything that a test wants to compare, in one value."""
    intake.work(mall)
    rows = mall.state.rows("select * from goods order by goods_no")
    return {
        "items": {
            row["goods_no"]: {
                "state": row["state"],
                "content": _leaves(row["shown_content"]),
                "offer": _leaves(row["shown_offer"]),
                "content_version": row["content_version"],
                "offer_version": row["offer_version"],
            }
            for row in rows
        },
        "orders": orderbook.observed(mall.state),
        "calls": calls(mall.state),
        "faults": faults.left_over(mall.state),
        "messages": mall.state.count("select count(*) from messages"),
    }


def act(mall, path, form):
    """One button of the desk; what it made, as JSON can hold it."""
    if path == "/operator/orders/":
        return orders.place(mall, chosen(form))
    if path == "/operator/orders/cancel/":
        orders.cancel(mall, form["order_id"])
    elif path == "/operator/orders/received/":
        received(mall.state, form)
    elif path == "/operator/orders/mend/":
        with mall.state.write():
            orderbook.mend(mall.state, form["order_id"])
    elif path == "/operator/statements/back/":
        daybook.move_back(mall.state, int(form["days"]))
    elif path == "/operator/items/edit/":
        goods.staff_edit(mall, form["out_id"], form["title"])
    elif path == "/operator/items/remove/":
        goods.staff_remove(mall, form["out_id"])
    elif path == "/operator/faults/":
        faults.set_by_form(mall.state, FAULTS, form)
    else:
        raise ValueError(path)
    return {}


def page(mall, query):
    intake.work(mall)
    state = mall.state
    counts = dict(state.rows("select state, count(*) from goods group by 1"))
    figures = "".join(f"<li><b>{counts.get(name, 0)}</b>{label}</li>" for name, label in GOODS_STATES.items())
    return frame(
        "商家运营台",
        f'<h1>商家运营台</h1><ul class="figures">{figures}</ul>{log_block(state, _said, good="0000")}{_messages(state)}'
        f"{_goods(state, query)}{_orders(state)}{faults_block(state, FAULTS)}",
    )


def _said(detail):
    words = {"ReceiptNo": "回执号", "RetryAfter": "等待秒数", "State": "状态", "Now": "本方时间"}
    told = [f"{words[name]} {detail[name]}" for name in words if name in detail]
    return " ".join(told) or f"{detail['bytes']} 字节"


def _messages(state):
    cells = ""
    for row in state.rows("select * from messages order by number desc limit 15"):
        items = [dict(item) for item in json.loads(row["items"])]
        refused = [item for item in items if item["Result"] == "refused"]
        why = "；".join(f"{item['GoodsNo']} {item['Field']} {item['Text']}" for item in refused[:5])
        cells += (
            f'<tr class="{"bad" if refused else ""}"><td>{intake.receipt_no(row["number"])}</td><td>{row["kind"]}</td>'
            f"<td>{STATES[row['state']]}</td><td>{len(items)}</td><td>{len(refused)}</td><td>{escape(why)}</td></tr>"
        )
    return _table("报文与回执", "<th>回执号<th>类型<th>状态<th>条数<th>拒收<th>原因", cells)


def _goods(state, query):
    word = query.get("q", "").strip()
    cells = ""
    rows = state.rows(
        "select * from goods where goods_no like ? escape '\\'"
        " or coalesce(shown_content, content) like ? escape '\\'"
        " order by shown_at desc limit 12",
        containing(word), f"%<GoodsName>{containing(escape(word, quote=False))}</GoodsName>%",
    )  # fmt: skip
    for row in rows:
        number, name = row["goods_no"], name_of(row)
        cells += (
            f"<tr><td>{escape(number)}</td><td>{escape(name)}</td><td>{GOODS_STATES[row['state']]}</td>"
            f'<td>{row["content_version"]} / {row["offer_version"]}</td><td class="acts">'
            + goods_buttons(number, f"{name}（港口特惠）", edit="改名", remove="移除")
            + "</td></tr>"
        )
    search = f'<form class="inline"><label>货号或名称 <input name="q" value="{escape(word)}"></label><button>查找</button></form>'
    return _table("商品", "<th>货号<th>名称<th>状态<th>版本 内容/报价<th>操作", cells, search)


def _orders(state):
    cells = ""
    for row in state.rows("select * from orders order by order_id desc limit 20"):
        order = json.loads(row["body"])
        cells += (
            f"<tr><td>{row['order_id']}</td><td>{ORDER_STATES[row['state']]}</td><td>¥{yuan(order['paid_fen'])}</td>"
            f"<td>{escape(row['out_order_id'] or row['refusal'])}</td><td>{tracks(row)}</td><td>{asked(order)}</td>"
            f'<td class="acts">{cancel_button(row)}{mend_button(order)}{received_buttons(order)}</td></tr>'
        )
    return _table("订单", "<th>订单号<th>状态<th>实付<th>供应商单号或拒单原因<th>运单<th>申请<th>操作", cells)


def _table(title, heads, cells, above=""):
    body = cells or f'<tr><td colspan="{heads.count("<th>")}">暂无</td></tr>'
    return (
        f'<section class="block"><h2>{title}</h2>{above}<div class="wide" role="region" aria-label="{title}" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _leaves(text):
    return leaves(ET.fromstring(text)) if text else None
