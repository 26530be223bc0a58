"""The web server of a stand-in: its pages, its interface, and the operator's desk, on one port."""

import http.server
import json
import pathlib
import time
import types
import urllib.parse

from partners.sandbox.stand import faults

RUBBISH = "<html><body>系统繁忙，请稍后再试</body></html>".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """A mall's child of this names its modules and answers what is its own; `mall` is set before it is served;
    its `forget()` begins anew.

    `pages`: a module whose `find(path)` is what makes the page of (mall, query), or None; it has
    `missing(mall)` too, the page that says that there is none. `shopper`: with `find` as well, the page of
    the mall's shoppers (`shopper.Shopper`). `desk`: one more module with it, the operator's, with
    `state(mall)`, all that a test wants to compare, and `act(mall, path, form)`, which does what a button
    says and returns what it made; a ValueError or KeyError of it is answered 400.

    Already here: GET /healthz, files of the `web` folder under /web/, /operator/state.json, the pages; POST
    of /operator/forget/, which begins anew, of a form under /operator/ or /orders/, which goes to desk or
    shopper; any other POST goes to `receive`.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = (
        True  # head and body leave apart: the body would wait 40 ms for an acknowledgement
    )
    mall: object
    distance = 0.0  # seconds that a call of the interface is on its way, there and back
    web: pathlib.Path  # folder of its style sheets
    pages: types.ModuleType
    shopper: object
    desk: types.ModuleType
    most_bytes = 1 << 20

    def receive(self, url, raw):
        """Answer a call of the mall's interface. `url`: as `urlsplit` has it; `raw`: the body."""
        self.missing()

    def refuse_size(self):
        """Answer a body of more than `most_bytes`."""
        self.reply(413, "text/plain", b"too large")

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/healthz":
            return self.reply(200, "text/plain", b"ok")
        if url.path.startswith("/web/"):
            return self.style(url.path.rpartition("/")[2])
        if url.path == "/operator/state.json":
            return self.reply(200, "application/json", json.dumps(self.desk.state(self.mall)).encode())
        found = (each.find(url.path) for each in (self.pages, self.shopper, self.desk))
        build = next(filter(None, found), None)
        if build is None:
            return self.missing()
        return self.html(200, build(self.mall, dict(urllib.parse.parse_qsl(url.query))))

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > self.most_bytes:
            self.rfile.read(min(length, 8 * self.most_bytes))  # a caller hears nothing while it still sends
            self.close_connection = True
            return self.refuse_size()
        raw = self.rfile.read(length)
        if url.path == "/operator/forget/":
            return self.press(_forget, url.path, raw, back="/operator/")
        if url.path.startswith("/operator/"):
            return self.press(self.desk.act, url.path, raw, back="/operator/")
        if url.path.startswith("/orders/"):
            return self.press(self.shopper.act, url.path, raw, back="/orders/", refused=409)
        time.sleep(self.distance)
        return self.answered(self.receive, url, raw)

    def press(self, act, path, raw, *, back, refused=400):
        """Do what a button says: JSON of what it made where that is accepted, else the way back to its page."""
        try:
            made = act(self.mall, path, dict(urllib.parse.parse_qsl(raw.decode())))
        except (KeyError, ValueError, TypeError) as error:
            return self.reply(refused, "text/plain", f"{type(error).__name__}: {error}".encode())
        if "application/json" in self.headers.get("Accept", ""):
            return self.reply(200, "application/json", json.dumps(made).encode())
        return self.reply(303, "text/plain", b"", {"Location": back})

    def answered(self, answer, *call):
        """Answer a call of the interface, unless `faults.spoil` says how it is spoilt."""
        try:
            answer(*call)
        except faults.Dropped:
            self.close_connection = True
            self.connection.close()
        except faults.Rubbish:
            self.reply(200, "text/html", RUBBISH)

    def missing(self):
        self.html(404, self.pages.missing(self.mall))

    def style(self, name):
        file = self.web / name
        if name.endswith(".css") and file.is_file():
            return self.reply(200, "text/css", file.read_bytes())
        return self.missing()

    def html(self, status, text):
        policy = f"default-src 'self'; img-src 'self' data: {self.mall.shop_url}"
        self.reply(status, "text/html", text.encode(), {"Content-Security-Policy": policy})

    def reply(self, status, kind, body, extra=None, charset="utf-8"):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset={charset}")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # what came in is on the operator's page


def _forget(mall, _path, _form):
    mall.forget()
    return {}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(handler, mall, host, port, distance=0.0):
    """Serve a mall by its child of `Handler`, until the process ends. OSError where the port is taken."""
    server = Server((host, port), type("Served", (handler,), {"mall": mall, "distance": distance}))
    print(f"{handler.server_version} sandbox on http://{host}:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever()
