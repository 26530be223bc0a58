"""The cashier that a buyer sees, and the operator's page. Plain HTML, Chinese, nothing from elsewhere."""

from html import escape

from orders.sandbox.trades import yuan

FAULTS = {
    "drop_notice": "不发送通知",
    "duplicate_notice": "通知发送两次",
    "late_notice": "通知延迟（秒）",
    "wrong_amount": "通知金额少一分",
    "forged_signature": "通知签名伪造",
    "slow": "网关应答缓慢（秒）",
    "busy": "网关系统繁忙",
    "cut": "网关处理后断开连接",
}
STATUS = {
    "WAIT_BUYER_PAY": "等待付款",
    "TRADE_SUCCESS": "支付成功",
    "TRADE_CLOSED": "交易关闭",
    "TRADE_FINISHED": "交易完结",
}


def page(title, body, wide=False):
    return f"""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><header>支付宝收银台 <small>沙箱 · 不产生真实扣款</small></header>
<main{' class="wide"' if wide else ""}>{body}</main></body></html>"""


def cashier(trade, problem=""):
    wrong = f'<p class="wrong" role="alert">{escape(problem)}</p>' if problem else ""
    head = f"""<section><p class="subject">{escape(trade["subject"])}</p><p class="sum">¥{yuan(trade["fen"])}</p>
<p class="subject">商户订单号 {escape(trade["out_trade_no"])}</p>{wrong}</section>"""
    if trade["status"] != "WAIT_BUYER_PAY":
        back = escape(trade["quit_url"] or trade["return_url"])
        return page(
            "收银台",
            f'{head}<section><p class="subject">{STATUS[trade["status"]]}</p><a href="{back}">返回商家</a></section>',
        )
    buttons = "".join(
        f'<button{css} name="act" value="{act}">{text}</button>'
        for act, text, css in (
            ("pay", "确认付款", ' class="pay"'),
            ("fail", "模拟付款失败", ""),
            ("leave", "离开收银台", ""),
        )
    )
    return page("收银台", f'{head}<section><form method="post">{buttons}</form></section>')


def refused(message):
    return page("收银台", f'<section><p class="wrong" role="alert">{escape(message)}</p></section>')


def operator(trades, refunds, notices, faults):
    options = "".join(f'<option value="{kind}">{text}</option>' for kind, text in FAULTS.items())
    on = "、".join(f"{FAULTS[row['kind']]} ×{row['count']}" for row in faults if row["count"]) or "无"
    return page(
        "支付沙箱",
        f"""<section><h2>故障开关</h2><p>当前：{
            on
        }</p><form class="fault" method="post" action="/operator/faults/">
<select name="kind">{options}</select><label>次数 <input name="count" value="1" size="3"></label>
<label>秒 <input name="seconds" value="0" size="3"></label><button>开启</button></form></section>
<section><h2>交易</h2>{
            _table(
                ["商户订单号", "交易号", "状态", "金额", "付款时间"],
                [
                    (t["out_trade_no"], t["trade_no"], STATUS[t["status"]], yuan(t["fen"]), t["paid"])
                    for t in trades
                ],
            )
        }</section>
<section><h2>退款</h2>{
            _table(
                ["商户订单号", "退款请求号", "金额", "退款时间"],
                [(r["out_trade_no"], r["out_request_no"], yuan(r["fen"]), r["at"]) for r in refunds],
            )
        }</section>
<section><h2>通知</h2>{
            _table(
                ["编号", "地址", "次数", "应答"],
                [(n["id"], n["url"], n["tries"], n["answer"]) for n in notices],
            )
        }</section>""",
        wide=True,
    )


def _table(head, rows):
    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in head)}</tr>{cells}</table>"
