"""Parts of an operator's page: buttons, the table of what came in, the form of faults."""

import html
import json

from partners.sandbox.stand import requestbook
from partners.sandbox.stand.faults import left_over

escape = html.escape


def button(action, label, **hidden):
    """A form of one button; the hidden values are given as they are and escaped here."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(str(value))}">' for name, value in hidden.items()
    )
    return f'<form method="post" action="{action}">{fields}<button>{label}</button></form>'


def goods_buttons(out_id, title, *, edit, remove):
    """What staff may do with an item: buy it, change its title to `title`, take it away. Labels are the mall's."""
    return (
        button("/operator/orders/", "下单", out_id=out_id, quantity=1)
        + button("/operator/items/edit/", edit, out_id=out_id, title=title)
        + button("/operator/items/remove/", remove, out_id=out_id)
    )


def chosen(form):
    """What a shopper buys: [(out_id, SKU or None, quantity)]. `out_id` and `sku` name several with commas."""
    out_ids, quantity = form["out_id"].split(","), int(form.get("quantity", 1))
    skus = form.get("sku", "").split(",") + [""] * len(out_ids)
    return [(out_id, sku or None, quantity) for out_id, sku in zip(out_ids, skus, strict=False)]


def cancel_button(row):
    """Of an order, as long as it is not answered."""
    if row["state"] != "paid":
        return ""
    return button("/operator/orders/cancel/", "取消", order_id=row["order_id"])


def mend_button(order):
    """Of an order that nobody can read."""
    return (
        button("/operator/orders/mend/", "改正", order_id=order["order_id"]) if order.get("garbled") else ""
    )


def asked(order):
    """What the order's shopper asked, in which words, how it stands and what we were told to say; escaped."""
    kinds = {"cancel": "取消", "return": "退货"}
    words = {
        "open": "待答复", "accepted": "已同意", "rejected": "未同意", "received": "已入库", "refunded": "已退款",
        "withdrawn": "已撤回",
    }  # fmt: skip
    told = "".join(
        f"<p>{kinds[one['kind']]} · {words[one['state']]}"
        + (f"<br>顾客：{escape(one['reason'])}" if one["reason"] else "")
        + (f"<br>商家：{escape(one['message'])}" if one.get("message") else "")
        + "</p>"
        for one in order.get("requests", [])
    )
    return f'<div class="asked">{told}</div>' if told else ""


def received_buttons(order):
    """The depot has what comes back: a button for each return that was accepted."""
    return "".join(
        button(
            "/operator/orders/received/",
            "退货已入库",
            order_id=order["order_id"],
            request_no=one["request_no"],
        )
        for one in order.get("requests", [])
        if requestbook.is_back_on_its_way(one)
    )


def received(state, form):
    """Such a button was pressed: all units, or `units` of each SKU; the order as it is then."""
    units = int(form["units"]) if form.get("units") else None
    number, is_return = (form["order_id"], form["request_no"]), bool(form.get("customs_return"))
    return requestbook.receive(state, *number, units=units, customs_return=is_return)


def tracks(row):
    """The parcels of an order for a reader, escaped."""
    parcels = json.loads(row["parcels"]).values()
    return escape("、".join(f"{one.get('carrier', '')} {one.get('tracking_number', '')}" for one in parcels))


def calls(state):
    """How often each call came with each result, for a test."""
    rows = state.rows("select method, code, count(*) as calls from log group by 1, 2")
    return {f"{row['method']} {row['code']}": row["calls"] for row in rows}


def log_block(state, said, good="OK"):
    """The last calls as a table, and the last that were refused however long ago; `said` makes a line for the
    operator of a call's detail."""
    rows = "".join(
        f'<tr class="{"" if row["code"] == good else "bad"}"><td>{row["at"][5:19].replace("T", " ")}</td>'
        f"<td>{escape(row['method'])}</td><td>{escape(row['code'])}</td>"
        f"<td>{escape(said(json.loads(row['detail'])))}</td></tr>"
        for row in state.rows(
            "select * from log where id in (select id from log order by id desc limit 30)"
            " or id in (select id from log where code != ? order by id desc limit 10) order by id desc",
            good,
        )
    )
    return (
        '<section class="block"><h2>最近收到的请求</h2>'
        '<div class="wide" role="region" aria-label="最近收到的请求" tabindex="0"><table><thead><tr><th>时间<th>方法<th>结果'
        f"<th>说明</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def faults_block(state, kinds):
    """The form that sets faults, and those that are still to happen. `kinds`: kind to a line for the operator."""
    options = "".join(f'<option value="{kind}">{escape(text)}</option>' for kind, text in kinds.items())
    now = "".join(
        f"<li>{escape(kinds[kind])}：还有 {left} 次</li>" for kind, left in left_over(state).items()
    )
    return (
        '<section class="block"><h2>故障演练</h2><form class="inline" method="post" action="/operator/faults/">'
        f'<label>故障 <select name="kind">{options}</select></label>'
        '<label>次数 <input name="count" type="number" min="0" max="100000" value="1"></label>'
        '<label>秒 <input name="seconds" type="number" min="0" max="120" step="0.1" value="0"></label>'
        f"<button>设定</button></form><ul>{now or '<li>目前没有故障</li>'}</ul>"
        f"<div class='acts'>{button('/operator/forget/', '清空商城，从头开始')}</div></section>"
    )
