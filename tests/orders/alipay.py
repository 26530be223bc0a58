"""A real payment sandbox process, and what a buyer and an operator do there."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from kmall.signing import rsa2_sign

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Sandbox:
    """`stop` and `start` keep its state and keys, as a restart would."""

    def __init__(self, folder, speed_up=100_000):
        self.port, self.folder, self.speed_up = free_port(), folder, speed_up
        self.url = f"http://127.0.0.1:{self.port}"
        self.gateway = f"{self.url}/alipay/gateway.do"
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect).open

    def start(self):
        command = [sys.executable, "-m", "orders.sandbox", "--port", str(self.port)]
        command += ["--state", str(self.folder), "--speed-up", str(self.speed_up)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.get("/healthz")
                return self
            time.sleep(0.02)
        raise AssertionError("the payment sandbox did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def get(self, path):
        return self._read(path if path.startswith("http") else self.url + path)

    def post(self, path, **form):
        return self._read(self.url + path, urllib.parse.urlencode(form).encode())

    def _read(self, url, data=None):
        """(status, Location or body)."""
        try:
            with self._open(url, data, timeout=15) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Location") or error.read().decode()

    def state(self):
        return json.loads(self.get("/operator/state.json")[1])

    def fault(self, kind, count=1, seconds=0):
        self.post("/operator/faults/", kind=kind, count=count, seconds=seconds)

    def arrive(self, address):
        """A buyer opens the cashier: its path."""
        status, path = self.get(address)
        assert status == 302, path
        return path

    def pay(self, address):
        """A buyer opens the cashier and presses pay: the address that the browser is sent back to."""
        status, back = self.post(self.arrive(address), act="pay")
        assert status == 302, back
        return back


def notice(sandbox, payment, *, key="alipay_private.pem", **changed):
    """The form of a notice as the provider would send it for a paid payment; `changed` before it is signed."""
    yuan = f"{payment.amount_fen // 100}.{payment.amount_fen % 100:02}"
    form = {
        "app_id": "2021000100000024",
        "seller_id": "2088000000000024",
        "notify_type": "trade_status_sync",
        "notify_id": f"N{payment.number}",
        "notify_time": "2026-11-24 12:00:21",
        "charset": "utf-8",
        "version": "1.0",
        "out_trade_no": payment.number,
        "trade_no": f"2026112422001{payment.number}",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": yuan,
        "subject": "护肤品",
        "gmt_payment": "2026-11-24 12:00:20",
        **changed,
    }
    text = "&".join(f"{name}={form[name]}" for name in sorted(form) if form[name])
    return {**form, "sign_type": "RSA2", "sign": rsa2_sign((sandbox.folder / key).read_bytes(), text)}


def eventually(condition, seconds=20):
    """Wait until something that another process brings about has happened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it never happened")
