"""The operator's desk: what was read and refused, staff's edits, orders and files, faults on request."""

import html
import json

from partners.sandbox.shanghai import feed, files, folders, items, orders, shopper
from partners.sandbox.shanghai.faults import FAULTS
from partners.sandbox.shanghai.pages import frame
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
STATES = {"shown": "在架", "pending": "待上架", "refused": "被拒", "withdrawn": "已撤回", "removed": "已下架"}
ORDER_STATES = {
    "paid": "待答复", "confirmed": "已接单", "refused": "被拒单", "shipped": "已发货", "cancelled": "已取消",
    "refunded": "已退款",
}  # fmt: skip
READ = {
    "taken": "收下", "known": "已有", "withdrawn": "撤下", "refused": "拒收", "lost": "丢失", "pages": "页",
    "fetched": "新取分片",
}  # fmt: skip


def find(path):
    return page if path == "/operator/" else None


def note(mall, method, address, code):
    """Keep what came in: no shopper's data."""
    path = address.partition("?")[0]
    mall.state.note(now().isoformat(timespec="seconds"), f"{method} {path}"[:80], code, {})


def state(mall):
    """Everything that a test wants to compare, in one value."""
    items.publish(mall)
    rows = mall.state.rows("select * from items order by out_id")
    return {
        "position": mall.position,
        "items": {
            row["out_id"]: {
                "state": row["state"],
                "version": row["version"],
                "content": json.loads(row["shown_content"] or "null"),
                "offer": json.loads(row["shown_offer"] or "null"),
                "refusals": json.loads(row["refusals"]),
            }
            for row in rows
        },
        "orders": orderbook.observed(mall.state),
        "files": [row["name"] for row in mall.state.rows("select name from dropped order by at, name")],
        "faulty": [list(row) for row in mall.state.rows("select * from faulty_rows order by file, line")],
        "calls": calls(mall.state),
        "faults": faults.left_over(mall.state),
    }


def act(mall, path, form):
    """One button of the desk; what it made, as JSON can hold it."""
    if path == "/operator/pull/":
        return feed.pull(mall, whole=bool(form.get("whole")))
    if path == "/operator/orders/":
        return orders.place(mall, chosen(form))
    if path == "/operator/orders/cancel/":
        orders.cancel(mall, form["order_id"])
    elif path == "/operator/orders/received/":
        shopper.changed(mall, received(mall.state, form), form["request_no"])
    elif path == "/operator/orders/mend/":
        orders.mend(mall, form["order_id"])
    elif path == "/operator/statements/back/":
        daybook.move_back(mall.state, int(form["days"]))
    elif path == "/operator/files/":
        return folders.drop(mall, form.get("kind", "orders"), form["text"].encode("utf-8-sig"))
    elif path == "/operator/files/repeat/":
        return folders.drop_again(mall, form["name"])
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
    counts = dict(mall.state.rows("select state, count(*) from items group by 1"))
    figures = "".join(f"<div><b>{counts.get(name, 0)}</b>{label}</div>" for name, label in STATES.items())
    pull = button("/operator/pull/", "拉取增量") + button("/operator/pull/", "拉取全量", whole=1)
    return frame(
        "运营台",
        f'<h1>运营台</h1><div class="figures">{figures}</div>'
        f'<section class="block"><h2>供应商数据源</h2><p>已保存至序号 <b>{mall.position}</b></p>'
        f'<div class="acts">{pull}</div></section>'
        f"{_refused(mall.state)}{_items(mall.state, query)}{_orders(mall.state)}{_files(mall.state)}"
        f"{faults_block(mall.state, FAULTS)}{log_block(mall.state, _said)}",
    )


def _said(detail):
    return detail.get("error") or " ".join(f"{READ.get(name, name)} {n}" for name, n in detail.items())


def _table(title, heads, cells, none):
    if not cells:
        return f'<section class="block"><h2>{title}</h2><p class="none">{none}</p></section>'
    head = "".join(f"<th>{name}</th>" for name in heads)
    return (
        f'<section class="block"><h2>{title}</h2><div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{cells}</tbody></table></div></section>"
    )


def _refused(state):
    rows = state.rows("select * from items where refusals != '[]' order by sequence desc limit 12")
    cells = "".join(
        f'<tr class="bad"><td>{escape(row["out_id"])}</td><td>{one["code"]}</td><td>{escape(one["field"])}</td>'
        f"<td>{escape(one['message'])}</td><td>{'旧版在架' if row['shown_content'] else '未上架'}</td></tr>"
        for row in rows
        for one in json.loads(row["refusals"])
    )
    return _table("被拒商品", ("编号", "代码", "字段", "原因", "现状"), cells, "没有被拒的商品")


def _items(state, query):
    word = query.get("q", "").strip()
    rows = state.rows(
        "select * from items where out_id like ? escape '\\'"
        " or json_extract(coalesce(shown_content, next_content), '$.title') like ? escape '\\'"
        " order by shown_at desc limit 12",
        containing(word), containing(word),
    )  # fmt: skip
    cells = ""
    for row in rows:
        title = json.loads(row["shown_content"] or row["next_content"] or "{}").get("title", "")
        out_id = row["out_id"]
        acts = (
            goods_buttons(out_id, f"{title}（特惠）", edit="改标题", remove="下架")
            if row["shown_content"]
            else ""
        )
        cells += (
            f"<tr><td>{escape(out_id)}</td><td>{escape(title)}</td><td>{STATES[row['state']]}</td>"
            f"<td>{row['version']}</td><td>{row['sequence']}</td><td><div class='acts'>{acts}</div></td></tr>"
        )
    form = (
        f'<form class="inline"><label>编号或标题 <input name="q" value="{escape(word)}"></label>'
        "<button>查找</button></form>"
    )
    heads = ("编号", "标题", "状态", "版本", "序号", "操作")
    return _table("商品", heads, cells, "没有找到商品").replace("</h2>", f"</h2>{form}", 1)


def _orders(state):
    cells = ""
    for row in state.rows("select * from orders order by order_id desc limit 20"):
        order = json.loads(row["body"])
        cells += (
            f"<tr><td>{row['order_id']}</td><td>{ORDER_STATES[row['state']]}</td>"
            f"<td>¥{yuan(order['paid_fen'])}</td>"
            f"<td>{escape(row['out_order_id'] or row['refusal'])}</td><td>{tracks(row)}</td>"
            f"<td>{asked(order)}</td><td><div class='acts'>{cancel_button(row)}{mend_button(order)}{received_buttons(order)}</div></td></tr>"
        )
    heads = ("订单号", "状态", "实付", "供应商单号或拒单原因", "运单", "申请", "操作")
    return _table("订单", heads, cells, "还没有订单")


def _files(state):
    cells = ""
    for row in state.rows("select * from dropped order by at desc, name desc limit 10"):
        faulty = state.rows("select * from faulty_rows where file = ? order by line", row["name"])
        said = "；".join(
            f"第 {one['line']} 行 {files.NAMES.get(one['column_'], '')} {one['code']} {one['text_']}"
            for one in faulty
        )
        again = button("/operator/files/repeat/", "重新投递", name=row["name"])
        cells += (
            f"<tr><td>{row['name']}</td><td>{len(row['body'])} 字节</td><td>{escape(said) or '无'}</td>"
            f"<td>{again}</td></tr>"
        )
    return _table("文件", ("文件", "大小", "供应商退回的行", "操作"), cells, "还没有文件")
