"""The web server of a stand-in: its pages, its interface, and the operator's desk, on one port."""

import http.server
import json
import pathlib
import urllib.parse

RUBBISH = "<html><body>系统繁忙，请稍后再试</body></html>".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """A mall's child of this answers what is its own; `mall` and `web` are set before it is served.

    Already here: GET /healthz, files of the `web` folder under /web/, /operator/state.json (`observed`),
    pages (`page`, else `missing` with 404); POST under /operator/ as a form, which goes to `act` and is
    answered with JSON where that is accepted, else by the way back to the desk; any other POST to `receive`.
    """

    protocol_version = "HTTP/1.1"
    mall: object
    web: pathlib.Path  # folder of its style sheets
    most_bytes = 1 << 20

    def page(self, path, query):
        """The page at a path as HTML, or None. `query`: the last value of each parameter."""
        raise NotImplementedError

    def missing(self):
        """The page that says that there is none."""
        raise NotImplementedError

    def observed(self):
        """Everything that a test wants to compare, in one value that JSON can hold."""
        raise NotImplementedError

    def act(self, path, form):
        """Do what a button of the desk says, and return what it made; a ValueError or KeyError is answered 400."""
        raise NotImplementedError

    def receive(self, url, raw):
        """Answer a call of the mall's interface. `url`: as `urlsplit` has it; `raw`: the body."""
        self.html(404, self.missing())

    def refuse_size(self):
        """Answer a body of more than `most_bytes`, which is not read."""
        self.reply(413, "text/plain", b"too large")

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/healthz":
            return self.reply(200, "text/plain", b"ok")
        if url.path.startswith("/web/"):
            return self.style(url.path.rpartition("/")[2])
        if url.path == "/operator/state.json":
            return self.reply(200, "application/json", json.dumps(self.observed()).encode())
        html = self.page(url.path, dict(urllib.parse.parse_qsl(url.query)))
        return self.html(200, html) if html is not None else self.html(404, self.missing())

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > self.most_bytes:
            self.close_connection = True
            return self.refuse_size()
        raw = self.rfile.read(length)
        if url.path.startswith("/operator/"):
            return self.operate(url.path, dict(urllib.parse.parse_qsl(raw.decode())))
        return self.receive(url, raw)

    def operate(self, path, form):
        try:
            answer = self.act(path, form)
        except (KeyError, ValueError, TypeError) as error:
            return self.reply(400, "text/plain", f"{type(error).__name__}: {error}".encode())
        if "application/json" in self.headers.get("Accept", ""):
            return self.reply(200, "application/json", json.dumps(answer).encode())
        return self.reply(303, "text/plain", b"", {"Location": "/operator/"})

    def style(self, name):
        file = self.web / name
        if name.endswith(".css") and file.is_file():
            return self.reply(200, "text/css", file.read_bytes())
        return self.html(404, self.missing())

    def cut(self):
        """Break the connection without an answer."""
        self.close_connection = True
        self.connection.close()

    def rubbish(self):
        self.reply(200, "text/html", RUBBISH)

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


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(handler, mall, host, port):
    """Serve a mall by its child of `Handler`, until the process ends. OSError where the port is taken."""
    server = Server((host, port), type("Served", (handler,), {"mall": mall}))
    print(f"{handler.server_version} sandbox on http://{host}:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever()
