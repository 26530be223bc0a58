"""The kit that a partner's engineers run: green where a contract is kept, red where a server lies."""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.factories.partners import partner_mall
from tests.partners.mall import KEY, ROOT, SECRET, SHOP, item

TRUSTING = {"code": "OK", "message": "", "request_id": "1", "data": {}}
GRUDGING = {"code": "INTERNAL", "message": "", "request_id": "1", "data": {}}


def kit(contract, url, *more, secret=SECRET):
    """Exit code, and each line by what it says: the sign in front and what stands behind."""
    command = [sys.executable, "-m", "partners.conformance", contract, "--base-url", url, "--key", KEY]
    command += ["--secret", secret, "--shop-url", SHOP, *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *lines, _sum = done.stdout.strip().splitlines()
    assert lines, done.stderr
    return done.returncode, {line[2:].partition(" · ")[0]: line[0] for line in lines}


@contextmanager
def liar(status, envelope):
    """A server that says the same to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(envelope).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def test_the_stand_in_keeps_its_contract(sandbox, tmp_path):
    sandbox.call("igm.items.upsert", {"items": [item()]})
    bought = sandbox.operate("/operator/orders/", out_id="P1", sku="SP1", quantity=2)
    page = tmp_path / "report.html"
    code, found = kit("igetmall", sandbox.url, "--order", bought["order_id"], "--page", str(page))
    assert (code, set(found.values())) == (0, {"✓"}), found
    text = page.read_text()
    assert "符合接口约定" in text
    assert SECRET not in text
    assert "KIT-" not in sandbox.fetch("/korea/"), "what was put up is taken off"


def test_without_a_paid_order_the_page_says_what_was_not_asked(sandbox):
    code, found = kit("igetmall", sandbox.url)
    assert code == 0
    assert sorted(says for says, sign in found.items() if sign == "–") == [
        "7: 同一退款单号只退一次，超额被拒绝",
        "7: 确认可重复，换单号则被拒绝",
    ]


def test_a_wrong_secret_is_red_and_says_so(sandbox, tmp_path):
    page = tmp_path / "report.html"
    code, found = kit("igetmall", sandbox.url, "--page", str(page), secret="wrong")
    assert (code, found["2: 签名正确的请求被受理"]) == (1, "✗")
    assert "不符合接口约定" in page.read_text()
    assert "INVALID_SIGNATURE" in page.read_text()


@pytest.mark.parametrize("contract", ["igetmall", "igetmall-notices"])
def test_every_check_is_able_to_fail(contract):
    """Whatever one liar happens to say right, the other says wrong."""
    with liar(200, TRUSTING) as trusting, liar(500, GRUDGING) as grudging:
        believed, refused = kit(contract, trusting)[1], kit(contract, grudging)[1]
    always = {says for says in believed if "✗" not in (believed[says], refused[says])}
    assert always - {"7: 同一退款单号只退一次，超额被拒绝", "7: 确认可重复，换单号则被拒绝"} == set()


@pytest.mark.django_db(transaction=True)
def test_our_own_address_for_notices_keeps_the_contract(live_mall):
    partner_mall()
    code, found = kit("igetmall-notices", live_mall)
    assert (code, set(found.values())) == (0, {"✓"}), found
