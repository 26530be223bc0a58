"""A real sandbox process, and a bare client that signs as the contract says, by hand, without the project."""

import contextlib
import datetime
import hashlib
import hmac
import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY, SECRET = "kmall24", "igetmall-sandbox-secret"
SHOP = "http://127.0.0.1:8000"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sandbox:
    """The mall as a process of its own, for as long as a `with` lasts.

    `stop` and `start` keep its state, as a restart of the real one would.
    """

    def __init__(self, folder, shop_url=SHOP, mall="igetmall", **options):
        """`mall`: one of `partners.sandbox`, of which nothing is delayed unless `options` say so, or the module
        of another; `options`: further ones of its command.
        """
        self.port, self.folder, self.mall = free_port(), folder, mall
        delays = {} if "." in mall else {"index_delay": 0} | ({"work_delay": 0} if mall == "ningbo" else {})
        # at once: otherwise tests of a day that is over would fail in the first two hours of the next
        self.options = {"shop_url": shop_url, "statements_at": 0, **delays, **options}
        self.url = f"http://127.0.0.1:{self.port}"
        self.secrets = []  # of the supplier, while they are changed; none: the usual one
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        command = [
            sys.executable,
            "-m",
            self.mall if "." in self.mall else f"partners.sandbox.{self.mall}",
            "--port",
            str(self.port),
            "--state",
            str(self.folder),
        ]
        for name, value in self.options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        option = "--app-secret" if self.mall == "igetmall" else "--secret"
        command += [word for secret in self.secrets for word in (option, secret)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                return self.fetch("/healthz") and self
            time.sleep(0.02)
        raise AssertionError("the sandbox did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def begin_anew(self):
        """As if nobody had ever called; itself. It starts again only if it was stopped or has other keys."""
        if self.secrets or self.process.poll() is not None:
            self.stop()
            self.secrets = []
            self.start()
        self.operate("/operator/forget/")
        return self

    def fetch(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as reply:
            return reply.read().decode()

    def state(self):
        return json.loads(self.fetch("/operator/state.json"))

    def operate(self, path, **form):
        data = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.url + path, data=data, headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())

    def fault(self, kind, count=1, seconds=0):
        self.operate("/operator/faults/", kind=kind, count=count, seconds=seconds)

    def call(self, method, body, secret=SECRET, **changed):
        """(HTTP status, envelope) of one call, signed by hand; `changed` replaces parameters before signing."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        parameters = signed(method, raw, secret, **changed)
        return self.post(parameters, raw)

    def post(self, parameters, raw):
        url = f"{self.url}/router/rest?{urllib.parse.urlencode(parameters)}"
        request = urllib.request.Request(url, data=raw, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


def signed(method, raw, secret=SECRET, **changed):
    gmt8 = datetime.timezone(datetime.timedelta(hours=8))
    parameters = {
        "method": method, "app_key": KEY, "v": "1.0", "sign_method": "hmac-sha256", "nonce": secrets.token_hex(16),
        "timestamp": f"{datetime.datetime.now(gmt8):%Y-%m-%d %H:%M:%S}", "content_sha256": hashlib.sha256(raw).hexdigest(),
        **changed,
    }  # fmt: skip
    text = "".join(name + parameters[name] for name in sorted(parameters) if parameters[name])
    parameters["sign"] = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    return parameters


def item(out_id="P1", version=1, *, title="淡温 积雪草舒缓精华液 50ml", price_fen=13600, stock=5, key=None):
    sku = {
        "out_sku_id": f"S{out_id}",
        "price_fen": price_fen,
        "was_fen": 0,
        "tax_fen": 0,
        "landed_fen": price_fen,
    }
    content = {
        "title": title, "title_ko": "담온 세럼", "category": "beauty-skincare", "brand": "淡温", "seller": "담온",
        "town": "济州", "origin": "KR", "description": "", "pictures": [f"{SHOP}/p.webp"], "link": f"{SHOP}/go/x/",
        "skus": [{"out_sku_id": f"S{out_id}", "title": "50ml", "barcode": ""}],
    }  # fmt: skip
    key = key or f"igetmall:{out_id}:{version}"
    return {
        "out_id": out_id,
        "version": version,
        "key": key,
        "content": content,
        "offer": {"skus": [sku | {"stock": stock}]},
    }
