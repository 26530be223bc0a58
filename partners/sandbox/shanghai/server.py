"""HTTP: the export and the folders, the mall's pages and the operator's desk beside them."""

import datetime
import http
import json
import pathlib
import re
import threading
import time
import urllib.parse

from partners.sandbox.shanghai import desk, feed, files, folders, items, pages, results, signing
from partners.sandbox.shanghai.categories import TREE
from partners.sandbox.shanghai.faults import FAULTS
from partners.sandbox.shanghai.results import Refusal
from partners.sandbox.shanghai.shopper import SHOPPER
from partners.sandbox.shanghai.tables import SCHEMA
from partners.sandbox.stand import categories, faults, orderbook, requestbook, server
from partners.sandbox.stand.bucket import Bucket
from partners.sandbox.stand.daybook import READY_HOUR
from partners.sandbox.stand.state import State

STATUS = {
    "OK": 200, "INVALID_PARAMETER": 400, "BAD_FILE": 400, "INVALID_SIGNATURE": 401, "INVALID_KEY": 401,
    "TIMESTAMP_EXPIRED": 401, "REPLAYED_NONCE": 401, "SUSPENDED": 403, "NOT_FOUND": 404, "UNKNOWN_ORDER": 404,
    "ORDER_STATE": 409, "REQUEST_STATE": 409, "REFUND_CONFLICT": 409, "NAME_TAKEN": 409, "TOO_FAR_BEHIND": 410, "TOO_LARGE": 413,
    "RATE_LIMITED": 429, "BUSY": 503, "INTERNAL": 500,
}  # fmt: skip
RATE = 20  # calls a second, with a burst of twice as many
PAGE = re.compile(r"/export/pages/([A-Za-z0-9_-]+)/(\d+)\Z")
FOLDER = re.compile(r"/drop/(orders|requests)/\Z")
FILE = re.compile(r"/drop/(orders|requests)/(\1-\d{6,12}\.csv(?:\.sha256)?)\Z")
STATEMENT = re.compile(r"/drop/statements/(statement-(\d{4}-\d\d-\d\d)\.csv(?:\.sha256)?)\Z")
RESULT = re.compile(r"/drop/results/([a-z0-9-]{1,80})\.csv\Z")


class Mall:
    def __init__(self, *, state, shop_url, key, secrets, index_delay, statements_at=READY_HOUR, rate=RATE):
        self.state = State(state / "shanghai.sqlite3", SCHEMA)
        self.shop_url, self.key, self.keys, self.index_delay = shop_url, key, secrets, index_delay
        self.statements_at, self.bucket = statements_at, Bucket(rate, 2 * rate)
        self.pulling = threading.RLock()
        self.held = {}  # the supplier's last list, to ask whether there is a newer one

    def forget(self):
        with self.pulling:
            self.state.forget()
            self.held = {}
        self.bucket.fill()

    @property
    def position(self):
        """Up to where the feed is kept here."""
        row = self.state.row("select value from memory where name = 'position'")
        return int(row["value"]) if row else 0

    @position.setter
    def position(self, sequence):
        self.state.do("insert or replace into memory values ('position', ?)", str(sequence))

    def clock(self):
        return time.time()

    def keep_pulling(self, interval):
        """Read what is new for ever; a failure of one reading ends nothing."""
        while True:
            try:
                feed.pull(self)
            except Exception as error:
                print(f"pull failed: {error!r}", flush=True)  # noqa: T201
            time.sleep(interval)


class Handler(server.Handler):
    server_version = "PujiangSelect"
    web = pathlib.Path(__file__).parent / "web"
    pages, shopper, desk = pages, SHOPPER, desk

    def do_GET(self):
        if self.path.startswith(("/export/", "/drop/")):
            return self.answered(self.interface, "GET", b"")
        return super().do_GET()

    def receive(self, url, raw):
        if url.path.startswith(("/export/", "/drop/")):
            return self.interface("POST", raw)
        return self.missing()

    def refuse_size(self):
        self.refuse("TOO_LARGE")

    def interface(self, method, raw):
        """One signed call: rate, signature, faults on request, then what it asks for."""
        wait, _left = self.mall.bucket.wait(self.mall.state)
        if wait is not None:
            return self.refuse("RATE_LIMITED", {"Retry-After": str(wait)})
        here = self.mall.clock() + (faults.use(self.mall.state, "skew") or 0)
        code = signing.fault(
            method, self.path, raw, self.headers.get("Authorization", ""),
            key=self.mall.key, keys=self.mall.keys, state=self.mall.state, now=here,
        )  # fmt: skip
        if code:
            return self.refuse(code, now=int(here))
        time.sleep(faults.use(self.mall.state, "slow") or 0)
        for kind, code in (("suspended", "SUSPENDED"), ("error", "INTERNAL"), ("busy", "BUSY")):
            if faults.use(self.mall.state, kind) is not None:
                return self.refuse(code, message=FAULTS[kind])
        try:
            kind, body = answer(self.mall, method, self.path, raw)
            faults.spoil(self.mall.state)
        except Refusal as why:
            desk.note(self.mall, method, self.path, why.code)
            return self.refuse(why.code, **why.more)
        desk.note(self.mall, method, self.path, "OK")
        sealed = signing.seal(self.path, body, self.mall.keys[0], here)
        return self.reply(http.HTTPStatus.OK, kind, body, sealed)

    def refuse(self, code, headers=None, message="", **more):
        body = json.dumps({"code": code, "message": message, **more}, ensure_ascii=False).encode()
        self.reply(STATUS[code], "application/json", body, headers)


def answer(mall, method, address, raw):
    """(content type, body) of a call. Raises `Refusal`."""
    url = urllib.parse.urlsplit(address)
    try:
        made = _read(mall, url) if method == "GET" else _write(mall, url.path, raw)
    except files.BadFile as why:
        raise Refusal("BAD_FILE", line=why.line, column=why.column) from why
    except (orderbook.UnknownOrder, requestbook.UnknownRequest) as why:
        raise Refusal("UNKNOWN_ORDER") from why
    except orderbook.WrongState as why:
        raise Refusal("ORDER_STATE", state=why.args[0]) from why
    except requestbook.Closed as why:
        raise Refusal("REQUEST_STATE", state=why.args[0]) from why
    except orderbook.Conflict as why:
        raise Refusal("REFUND_CONFLICT") from why
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refusal("INVALID_PARAMETER", message=f"{type(error).__name__}: {error}"[:200]) from error
    if made is None:
        raise Refusal("NOT_FOUND")
    if isinstance(made, dict):
        return "application/json", json.dumps(made, ensure_ascii=False).encode()
    return "text/plain", made


def _read(mall, url):
    query = dict(urllib.parse.parse_qsl(url.query))
    if url.path == "/export/summary":
        return items.summary(mall)
    if url.path == "/export/categories":
        return {"categories": categories.as_list(TREE)}
    if found := FOLDER.match(url.path):
        return folders.listing(mall, found[1], int(query.get("since", 0)), query.get("after", "")).encode()
    if found := PAGE.match(url.path):
        return items.page(mall, *found.groups())
    if found := FILE.match(url.path):
        return folders.file(mall, found[2])
    if found := STATEMENT.match(url.path):
        return folders.statement(mall, found[1], datetime.date.fromisoformat(found[2]))
    return None


def _write(mall, path, raw):
    if path == "/export/items":
        out_ids = json.loads(raw)["out_ids"]
        if not isinstance(out_ids, list) or not out_ids:
            raise Refusal("INVALID_PARAMETER")
        if len(out_ids) > 500:
            raise Refusal("TOO_LARGE")
        return items.some(mall, out_ids)
    if found := RESULT.match(path):
        return {"code": "OK", "rows": results.take(mall, found[1], raw)}
    return None
