"""HTTP: the open interface at /router/rest, the mall's pages and the operator's desk beside it."""

import http.server
import json
import pathlib
import threading
import time
import urllib.parse
import uuid

from partners.sandbox import categories, desk, faults, items, orders, pages, signing
from partners.sandbox.items import Refusal
from partners.sandbox.state import State

WEB = pathlib.Path(__file__).parent / "web"
STATUS = {
    "OK": 200, "INVALID_PARAMETER": 400, "INVALID_SIGNATURE": 401, "INVALID_APP_KEY": 401, "APP_SUSPENDED": 403,
    "TIMESTAMP_EXPIRED": 401, "REPLAYED_NONCE": 401, "UNKNOWN_METHOD": 404, "UNKNOWN_ORDER": 404,
    "ORDER_STATE": 409, "REFUND_CONFLICT": 409, "TOO_LARGE": 413, "RATE_LIMITED": 429, "BUSY": 503, "INTERNAL": 500,
}  # fmt: skip
METHODS = {
    "igm.items.upsert": items.upsert,
    "igm.items.offer": items.offer,
    "igm.items.withdraw": items.withdraw,
    "igm.items.get": items.get,
    "igm.items.list": items.listing,
    "igm.categories.list": lambda mall, body: {"categories": categories.as_list()},
    "igm.orders.list": orders.listing,
    "igm.orders.confirm": orders.confirm,
    "igm.orders.refuse": orders.refuse,
    "igm.orders.ship": orders.ship,
    "igm.orders.refund": orders.refund,
}
MOST_BYTES = 1 << 20
RATE, BURST = 20, 40


class Mall:
    def __init__(self, *, state, shop_url, app_key, secrets, index_delay):
        self.state = State(state)
        self.shop_url, self.app_key, self.secrets, self.index_delay = shop_url, app_key, secrets, index_delay
        self.notices_due = threading.Event()
        self._tokens, self._filled, self._lock = float(BURST), time.monotonic(), threading.Lock()

    def admit(self):
        """Take a token of the rate limit: (allowed, left)."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(BURST, self._tokens + (now - self._filled) * RATE)
            self._filled = now
            allowed = self._tokens >= 1
            self._tokens -= allowed
            return allowed, int(self._tokens)

    def keep_noticing(self):
        while True:
            self.notices_due.wait(timeout=2)
            self.notices_due.clear()
            orders.send_notices(self)


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class Rubbish(Exception):
    """Something unreadable is to be answered with 200."""


def call(mall, parameters, raw):
    """One call of the open interface: (code, message, data)."""
    code = signing.fault(parameters, raw, app_key=mall.app_key, secrets=mall.secrets, state=mall.state)
    if code:
        return code, "签名校验未通过", {"now": signing.stamp()} if code == "TIMESTAMP_EXPIRED" else {}
    seconds = faults.use(mall.state, "slow")
    if seconds:
        time.sleep(seconds)
    for kind, code in (("suspended", "APP_SUSPENDED"), ("error", "INTERNAL"), ("busy", "BUSY")):
        if faults.use(mall.state, kind) is not None:
            return code, faults.FAULTS[kind], {}
    answer = _answer(mall, parameters["method"], raw)
    if faults.use(mall.state, "drop") is not None:
        raise Dropped
    if faults.use(mall.state, "rubbish") is not None:
        raise Rubbish
    return answer


def _answer(mall, method, raw):
    if method not in METHODS:
        return "UNKNOWN_METHOD", "方法不存在", {}
    try:
        body = json.loads(raw or b"{}")
        if not isinstance(body, dict):
            raise Refusal("INVALID_PARAMETER", "请求体须为 JSON 对象")
        with mall.state.write():
            return "OK", "", METHODS[method](mall, body)
    except Refusal as refusal:
        return refusal.code, refusal.message, refusal.data
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return "INVALID_PARAMETER", f"{type(error).__name__}: {error}"[:200], {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "IGetMall"
    mall: Mall

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/healthz":
            return self.reply(200, "text/plain", b"ok")
        if url.path == "/web/page.css":
            return self.reply(200, "text/css", (WEB / "page.css").read_bytes())
        if url.path == "/operator/state.json":
            return self.reply(200, "application/json", json.dumps(desk.state(self.mall)).encode())
        page = pages.find(url.path) or desk.find(url.path)
        if page is None:
            return self.html(404, pages.missing(self.mall))
        return self.html(200, page(self.mall, query))

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            return self.envelope("TOO_LARGE", "请求体超过 1 MiB", {})
        raw = self.rfile.read(length)
        if url.path == "/router/rest":
            return self.interface(dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)), raw)
        if url.path.startswith("/operator/"):
            return self.operate(url.path, dict(urllib.parse.parse_qsl(raw.decode())))
        return self.html(404, pages.missing(self.mall))

    def interface(self, parameters, raw):
        allowed, left = self.mall.admit()
        extra = {"X-RateLimit-Limit": str(RATE), "X-RateLimit-Remaining": str(left)}
        limited = faults.use(self.mall.state, "limited")
        if not allowed or limited is not None:
            extra["Retry-After"] = str(max(1, int(limited or 1)))
            return self.envelope("RATE_LIMITED", "请求过于频繁", {}, extra)
        try:
            code, message, data = call(self.mall, parameters, raw)
        except Dropped:
            self.close_connection = True
            return self.connection.close()
        except Rubbish:
            return self.reply(200, "text/html", "<html><body>系统繁忙，请稍后再试</body></html>".encode())
        desk.note(self.mall, parameters.get("method", "?"), code, raw, data)
        return self.envelope(code, message, data, extra)

    def operate(self, path, form):
        try:
            answer = desk.act(self.mall, path, form)
        except (KeyError, ValueError, TypeError, Refusal) as error:
            return self.reply(400, "text/plain", f"{type(error).__name__}: {error}".encode())
        if "application/json" in self.headers.get("Accept", ""):
            return self.reply(200, "application/json", json.dumps(answer).encode())
        return self.reply(303, "text/plain", b"", {"Location": "/operator/"})

    def envelope(self, code, message, data, extra=None):
        body = {"code": code, "message": message, "request_id": uuid.uuid4().hex, "data": data}
        self.reply(STATUS[code], "application/json", json.dumps(body, ensure_ascii=False).encode(), extra)

    def html(self, status, text):
        policy = f"default-src 'self'; img-src 'self' data: {self.mall.shop_url}"
        self.reply(status, "text/html", text.encode(), {"Content-Security-Policy": policy})

    def reply(self, status, kind, body, extra=None):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # what came in is on the operator's page


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(mall, host, port):
    server = Server((host, port), type("MallHandler", (Handler,), {"mall": mall}))
    threading.Thread(target=mall.keep_noticing, daemon=True).start()
    print(f"I Get Mall sandbox on http://{host}:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever()
