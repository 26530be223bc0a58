"""HTTP: the gateway at /alipay/gateway.do, the buyer's cashier, and the operator's page at /."""

import http.server
import json
import pathlib
import threading
import time
import urllib.parse

from orders.sandbox import pages, trades
from orders.sandbox.notices import Notifier
from orders.sandbox.signing import Keys
from orders.sandbox.state import State

GATEWAY = "/alipay/gateway.do"
STYLE = pathlib.Path(__file__).parent / "style.css"
MOST_BYTES = 1 << 20
CODES = {
    "10000": "Success",
    "20000": "Service Currently Unavailable",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
}


class Cut(Exception):
    """The connection is to be cut without an answer."""


class Provider:
    def __init__(self, *, state, app_id, seller_id, speed_up):
        self.state, self.keys, self.app_id = State(state), Keys(state), app_id
        self.notifier = Notifier(self.state, self.keys, app_id=app_id, seller_id=seller_id, speed_up=speed_up)

    def fault_of(self, parameters):
        """What is wrong with a request before it is looked into: a sub-code, or None."""
        if parameters.get("app_id") != self.app_id:
            return "isv.invalid-app-id"
        if parameters.get("sign_type") != "RSA2" or not self.keys.is_merchants(parameters):
            return "isv.invalid-signature"
        return None

    def call(self, parameters):
        """A method of the interface: the signed answer as text. Raises `Cut`."""
        method = parameters.get("method", "")
        time.sleep(self.state.fault("slow") or 0)
        node = method.replace(".", "_") + "_response"
        fault = self.fault_of(parameters)
        if fault is None and method not in trades.METHODS:
            fault = "isv.invalid-method"
        if fault:
            return self.keys.answer("error_response", _body("40002", sub_code=fault, sub_msg="无效参数"))
        if self.state.fault("busy") is not None:
            return self.keys.answer(node, _body("20000", sub_code="aop.ACQ.SYSTEM_ERROR", sub_msg="系统繁忙"))
        answer = self.keys.answer(node, self._business(method, parameters))
        if self.state.fault("cut") is not None:
            raise Cut
        return answer

    def _business(self, method, parameters):
        try:
            wanted = json.loads(parameters["biz_content"])
            body = _body("10000", **trades.METHODS[method](self.state, wanted))
        except trades.Refusal as refusal:
            return _body("40004", sub_code=refusal.sub_code, sub_msg=refusal.sub_msg)
        except (KeyError, TypeError, ValueError, AttributeError):
            return _body("40004", sub_code="ACQ.INVALID_PARAMETER", sub_msg="参数无效")
        if body.get("fund_change") == "Y":
            self._tell_refund(wanted)
        return body

    def _tell_refund(self, wanted):
        trade = self.state.trade(wanted["out_trade_no"])
        self.notifier.queue(
            trade,
            refund_fee=trades.yuan(self.state.refunded(trade["out_trade_no"])),
            out_biz_no=wanted["out_request_no"],
            gmt_refund=trades.now(),
        )

    def pay(self, out_trade_no):
        """The buyer pays: whether it worked. The notice goes out beside it."""
        if not trades.pay(self.state, out_trade_no):
            return False
        self.notifier.queue(self.state.trade(out_trade_no))
        return True

    def way_back(self, trade):
        """The signed address to which the buyer's browser returns."""
        parameters = self.notifier.of_trade(trade, method=f"{trade['method']}.return", timestamp=trades.now())
        joint = "&" if "?" in trade["return_url"] else "?"
        return f"{trade['return_url']}{joint}{urllib.parse.urlencode(self.keys.signed(parameters))}"


def _body(code, **fields):
    return {"code": code, "msg": CODES[code], **fields}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body leave apart: the body would wait for an acknowledgement
    server_version = "PaymentSandbox"
    provider: Provider

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/healthz":
            return self.reply(200, "text/plain", "ok")
        if url.path == "/style.css":
            return self.reply(200, "text/css", STYLE.read_text())
        if url.path == GATEWAY:
            return self.gateway(_form(url.query))
        if url.path.startswith("/cashier/"):
            return self.cashier(url.path, None)
        if url.path == "/operator/state.json":
            return self.reply(200, "application/json", json.dumps(self.overview()))
        if url.path == "/":
            return self.reply(200, "text/html", pages.operator(**self.overview()))
        return self.reply(404, "text/plain", "not found")

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            return self.reply(413, "text/plain", "too large")
        form = _form(self.rfile.read(length).decode(errors="replace"))
        if url.path == GATEWAY:
            return self.gateway({**_form(url.query), **form})
        if url.path.startswith("/cashier/"):
            return self.cashier(url.path, form)
        if url.path == "/operator/faults/":
            return self.set_fault(form)
        if url.path == "/operator/pay/":
            paid = self.provider.pay(form.get("out_trade_no", ""))
            return self.reply(200 if paid else 409, "text/plain", "paid" if paid else "not waiting")
        return self.reply(404, "text/plain", "not found")

    def gateway(self, parameters):
        if parameters.get("method") in trades.PAY_METHODS:
            return self.arrive(parameters)
        try:
            return self.reply(200, "application/json", self.provider.call(parameters))
        except Cut:
            self.close_connection = True
            return self.connection.close()

    def arrive(self, parameters):
        """The buyer's browser brings a signed pay request."""
        if fault := self.provider.fault_of(parameters):
            return self.reply(400, "text/html", pages.refused(f"验签出错（{fault}）"))
        try:
            trade = trades.open_trade(self.provider.state, parameters)
        except trades.Refusal as refusal:
            return self.reply(409, "text/html", pages.refused(refusal.sub_msg))
        except (KeyError, TypeError, ValueError):
            return self.reply(400, "text/html", pages.refused("参数无效"))
        return self.redirect(f"/cashier/{trade['trade_no']}/")

    def cashier(self, path, form):
        state = self.provider.state
        trade = state.row("SELECT * FROM trade WHERE trade_no = ?", path.split("/")[2])
        if trade is None:
            return self.reply(404, "text/html", pages.refused("交易不存在"))
        act = (form or {}).get("act")
        if act == "pay" and self.provider.pay(trade["out_trade_no"]):
            return self.redirect(self.provider.way_back(state.trade(trade["out_trade_no"])))
        if act == "leave":
            return self.redirect(trade["quit_url"] or trade["return_url"])
        problem = "付款失败：账户余额不足，请更换付款方式后重试" if act == "fail" else ""
        return self.reply(200, "text/html", pages.cashier(state.trade(trade["out_trade_no"]), problem))

    def set_fault(self, form):
        if form.get("kind") not in pages.FAULTS:
            return self.reply(400, "text/plain", "unknown fault")
        self.provider.state.run(
            "INSERT INTO fault VALUES (?1, ?2, ?3) ON CONFLICT (kind) DO UPDATE SET count = ?2, seconds = ?3",
            form["kind"],
            int(form.get("count", 1)),
            float(form.get("seconds", 0)),
        )
        return self.redirect("/")

    def overview(self):
        state = self.provider.state
        return {
            "trades": state.rows("SELECT * FROM trade ORDER BY created DESC, trade_no DESC LIMIT 100"),
            "refunds": state.rows("SELECT * FROM refund ORDER BY at DESC, out_request_no DESC LIMIT 100"),
            "notices": state.rows("SELECT * FROM notice ORDER BY id DESC LIMIT 100"),
            "faults": state.rows("SELECT * FROM fault"),
        }

    def redirect(self, address):
        self.reply(302, "text/plain", "", {"Location": address})

    def reply(self, status, kind, text, extra=None):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # what came in is on the operator's page


def _form(text):
    return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(provider, host, port):
    server = Server((host, port), type("ProviderHandler", (Handler,), {"provider": provider}))
    threading.Thread(target=provider.notifier.keep_sending, daemon=True).start()
    print(f"Payment sandbox on http://{host}:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever()
