"""The operator's desk: what came in and what was refused, orders, staff edits, faults on request."""

import html
import json

from partners.sandbox.igetmall import items, notices, orders
from partners.sandbox.igetmall.faults import FAULTS
from partners.sandbox.igetmall.pages import frame
from partners.sandbox.stand import daybook, faults, orderbook
from partners.sandbox.stand.clock import now
from partners.sandbox.stand.desk import (
    asked,
    button,
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
STATES = {"shown": "在架", "pending": "待上架", "withdrawn": "已撤回", "removed": "已下架"}
ORDER_STATES = {
    "paid": "待确认", "confirmed": "已确认", "refused": "已拒单", "shipped": "已发货", "cancelled": "已取消",
    "refunded": "已退款",
}  # fmt: skip

PARTS = {"content+offer": "上架", "offer": "改价与库存", "": "下架"}  # what a call carries: its name


def find(path):
    return page if path == "/operator/" else None


def note(mall, method, code, raw, data):
    """Keep what came in: the sizes and the refusals, no shopper's data."""
    results = data.get("results", []) if isinstance(data, dict) else []
    detail = {"bytes": len(raw), "items": len(results)}
    for result in results:
        detail[result["result"]] = detail.get(result["result"], 0) + 1
    refused = [r for r in results if r["result"] == "refused"][:5]
    if refused:
        detail["why"] = [{"out_id": r["out_id"], "errors": r["errors"]} for r in refused]
    mall.state.note(now().isoformat(timespec="seconds"), method, code, detail)


def state(mall):
    """Everything that a test wants to compare, in one value."""
    items.publish(mall)
    rows = mall.state.rows("select * from items order by out_id")
    return {
        "items": {
            row["out_id"]: {
                "state": row["state"],
                "content": json.loads(row["shown_content"] or "null"),
                "offer": json.loads(row["shown_offer"] or "null"),
                "content_version": row["content_version"],
                "offer_version": row["offer_version"],
            }
            for row in rows
        },
        "orders": orderbook.observed(mall.state),
        "calls": calls(mall.state),
        "faults": faults.left_over(mall.state),
        "notices": [
            [row["order_id"], row["tries"], row["answer"]]
            for row in mall.state.rows("select * from notices order by id")
        ],
    }


def act(mall, path, form):
    """One button of the desk; what it made, as JSON can hold it."""
    if path == "/operator/orders/":
        return orders.place(mall, chosen(form))
    if path == "/operator/orders/repeat/":
        with mall.state.write():
            notices.tell(mall, orderbook.find(mall.state, form["order_id"])[1])
    elif path == "/operator/orders/cancel/":
        orders.cancel(mall, form["order_id"])
    elif path == "/operator/orders/received/":
        order = received(mall.state, form)
        with mall.state.write():
            notices.tell(mall, order)
    elif path == "/operator/orders/mend/":
        with mall.state.write():
            notices.tell(mall, orderbook.mend(mall.state, form["order_id"]))
    elif path == "/operator/statements/back/":
        daybook.move_back(mall.state, int(form["days"]))
    elif path == "/operator/items/edit/":
        items.staff_edit(mall, form["out_id"], form["title"])
    elif path == "/operator/items/remove/":
        items.staff_remove(mall, form["out_id"])
    elif path == "/operator/faults/":
        faults.set_by_form(mall.state, FAULTS, form)
    else:
        raise ValueError(path)
    return {}


def page(mall, query):
    items.publish(mall)
    state = mall.state
    counts = dict(state.rows("select state, count(*) from items group by 1"))
    figures = "".join(f"<div><b>{counts.get(name, 0)}</b>{label}</div>" for name, label in STATES.items())
    return frame(
        "运营台",
        f'<h1>运营台</h1><div class="figures">{figures}</div>{_refused(state)}{log_block(state, _said)}{_items(state, query)}{_orders(state)}'
        f"{faults_block(state, FAULTS)}",
    )


def _said(detail):
    words = {"accepted": "收下", "repeated": "重复", "stale": "过期", "refused": "拒收"}
    text = " ".join(f"{words[k]} {detail[k]}" for k in words if k in detail) or f"{detail['bytes']} 字节"
    for why in detail.get("why", []):
        text += "；" + why["out_id"] + " " + "、".join(f"{e['field']} {e['message']}" for e in why["errors"])
    return text


def _refused(state):
    rows = state.rows(
        "select refused.*, shown_content from refused left join items using (out_id)"
        " order by refused.at desc, out_id limit 50"
    )
    cells = "".join(
        f'<tr class="bad"><td>{row["at"][5:16].replace("T", " ")}</td><td>{escape(row["out_id"])}</td>'
        f"<td>{escape(one['message'])}</td><td>{escape(one['code'])}</td><td>{escape(one['field'])}</td>"
        f"<td>{PARTS[row['parts']]}</td><td>{'旧版在架' if row['shown_content'] else '未上架'}</td></tr>"
        for row in rows
        for one in json.loads(row["errors"])
    )
    table = (
        '<div class="wide" role="region" aria-label="被拒商品" tabindex="0"><table><thead><tr><th>时间<th>编号<th>原因<th>代码<th>字段'
        f"<th>请求<th>现状</tr></thead><tbody>{cells}</tbody></table></div>"
    )
    return f'<section class="block"><h2>被拒商品</h2>{table if cells else "<p>没有被拒的商品</p>"}</section>'


def _items(state, query):
    word = query.get("q", "").strip()
    rows = state.rows(
        "select * from items where out_id like ? escape '\\'"
        " or json_extract(coalesce(shown_content, content), '$.title') like ? escape '\\'"
        " order by shown_at desc limit 12",
        containing(word), containing(word),
    )  # fmt: skip
    cells = ""
    for row in rows:
        content = json.loads(row["shown_content"] or row["content"] or "{}")
        out_id, title = row["out_id"], content.get("title", "")
        cells += (
            f"<tr><td>{escape(out_id)}</td><td>{escape(title)}</td><td>{STATES[row['state']]}</td>"
            f"<td>{row['content_version']} / {row['offer_version']}</td><td><div class='acts'>"
            + goods_buttons(out_id, f"{title}（特惠）", edit="改标题", remove="下架")
            + "</div></td></tr>"
        )
    return (
        f'<section class="block"><h2>商品</h2><form class="inline"><label>编号或标题 <input name="q" value="{escape(word)}">'
        '</label><button>查找</button></form><div class="wide"><table><thead><tr><th>编号<th>标题<th>状态<th>版本 内容/报价<th>操作'
        f"</tr></thead><tbody>{cells}</tbody></table></div></section>"
    )


def _orders(state):
    cells = ""
    for row in state.rows("select * from orders order by order_id desc limit 20"):
        order = json.loads(row["body"])
        cells += (
            f"<tr><td>{row['order_id']}</td><td>{ORDER_STATES[row['state']]}</td><td>¥{yuan(order['paid_fen'])}</td>"
            f"<td>{escape(row['out_order_id'] or row['refusal'])}</td><td>{tracks(row)}</td><td>{asked(order)}</td>"
            "<td><div class='acts'>"
            + button("/operator/orders/repeat/", "重发通知", order_id=row["order_id"])
            + cancel_button(row)
            + mend_button(order)
            + received_buttons(order)
            + "</div></td></tr>"
        )
    return (
        '<section class="block"><h2>订单</h2><div class="wide"><table><thead><tr><th>订单号<th>状态<th>实付<th>供应商单号或拒单原因'
        f"<th>运单<th>申请<th>操作</tr></thead><tbody>{cells}</tbody></table></div></section>"
    )
