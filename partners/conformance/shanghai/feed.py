"""A supplier's feed, played for the mall to read: section 4 of the contract, with what is asked kept."""

import gzip
import http.server
import json
import secrets
import threading
import time
import urllib.parse
from itertools import groupby

from partners.conformance.shanghai.client import FEED, TOLERANCE, digest, mac, sha256

FIELDS = ("key", "time", "nonce")


class PlayedFeed:
    """Items that the kit puts up and takes off. `problems`: what was wrong with the mall's requests.

    It begins at a number that no mall has seen, so the mall takes it whole at first.
    """

    def __init__(self, port: int, key: str, secret: str):
        self.key, self.secret, self.run = key, secret, secrets.token_hex(4)
        self.sequence = self.oldest = int(time.time())
        self.items: dict[str, dict] = {}
        self.problems: list[str] = []
        self.asked = 0  # good requests
        self.is_spoiling, self.spoilt = False, 0  # whether answers with items are spoilt; how many were
        self._nonces: set[str] = set()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"feed": self})
        server = http.server.ThreadingHTTPServer(("", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(self, out_id: str, version: int, content: dict, offer: dict) -> None:
        item = {"page": f"{content['category']}/1", "content": content, "offer": offer}
        self._set(out_id, version, item)

    def remove(self, out_id: str, version: int) -> None:
        self._set(out_id, version, {"removed": True})

    def forget(self, out_id: str) -> None:
        """Take an item off without a tombstone: nobody can know from changes, so all must be read again."""
        with self._lock:
            del self.items[out_id]
            self.sequence += 1
            self.oldest = self.sequence

    def answer(self, path: str, authorization: str) -> tuple[int, bytes, dict]:
        """(status, body, headers) of a request of the mall."""
        with self._lock:
            return self._answer(path, authorization)

    def _answer(self, path: str, authorization: str) -> tuple[int, bytes, dict]:
        if problem := self._problem(path, authorization):
            self.problems.append(f"{problem}: GET {path}, {authorization.partition(' nonce')[0]}")
            return 401, json.dumps({"code": problem, "message": "", "now": int(time.time())}).encode(), {}
        self.asked += 1
        url = urllib.parse.urlsplit(path)
        body = self._body(url.path.removeprefix(FEED), dict(urllib.parse.parse_qsl(url.query)))
        if isinstance(body, str):
            return (
                {"TOO_FAR_BEHIND": 410}.get(body, 404),
                json.dumps({"code": body, "message": ""}).encode(),
                {},
            )
        at, of_body = str(int(time.time())), sha256(body)
        headers = {
            "X-PJ-Digest": of_body,
            "X-PJ-Time": at,
            "X-PJ-Sign": mac(f"{path}\n{at}\n{of_body}", self.secret),
        }
        if self.is_spoiling and b'"version":' in body:
            self.spoilt += 1
            body = body.replace(b'"version":', b'"version": ')
        return 200, body, headers | {"ETag": f'"{of_body}"'}

    def _set(self, out_id: str, version: int, item: dict) -> None:
        with self._lock:
            self.sequence += 1
            self.items[out_id] = {"out_id": out_id, "version": version, "sequence": self.sequence, **item}

    def _problem(self, path: str, authorization: str) -> str:
        scheme, _, rest = authorization.partition(" ")
        fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        if (
            scheme != "PJ-HMAC-SHA256"
            or not fields.keys() >= {*FIELDS, "sign"}
            or not fields["time"].isdigit()
        ):
            return "INVALID_PARAMETER"
        text = "\n".join(["GET", path, *(fields[name] for name in FIELDS), sha256(b"")])
        if fields["key"] != self.key or fields["sign"] != mac(text, self.secret):
            return "INVALID_SIGNATURE"
        if abs(time.time() - int(fields["time"])) > TOLERANCE:
            return "TIMESTAMP_EXPIRED"
        if fields["nonce"] in self._nonces and "/parts/" not in path:
            return "REPLAYED_NONCE"
        self._nonces.add(fields["nonce"])
        return ""

    def _body(self, path: str, query: dict) -> bytes | str:
        """What stands at a path, or the code of why not."""
        if path == "/manifest":
            return _json(self._manifest())
        if path.startswith("/parts/"):
            parts = {sha256(raw): raw for raw in self._pages().values()}
            return parts.get(path.removeprefix("/parts/"), "NOT_FOUND")
        since = query.get("since", "")
        if path != "/changes" or not since.isdigit():
            return "NOT_FOUND"
        if not self.oldest <= int(since) <= self.sequence:
            return "TOO_FAR_BEHIND"
        some = sorted((item for item in self.items.values() if item["sequence"] > int(since)), key=_number)
        return _json({"from": int(since), "to": self.sequence, "more": False, "changes": some})

    def _pages(self) -> dict[str, bytes]:
        """The bytes of the one page of each category."""
        there = sorted(
            (item for item in self.items.values() if "content" in item), key=lambda one: one["page"]
        )
        return {
            page.removesuffix("/1"): b"".join(_json(item) + b"\n" for item in sorted(some, key=_out_id))
            for page, some in groupby(there, key=lambda one: one["page"])
        }

    def _manifest(self) -> dict:
        pages, categories = [], []
        for category, raw in self._pages().items():
            items = [json.loads(line) for line in raw.splitlines()]
            rows = "".join(
                f"{one['out_id']}\t{one['version']}\t{digest(one['content'])}\t{digest(one['offer'])}\n"
                for one in items
            )
            of_page = sha256(rows.encode())
            pages.append({"category": category, "page": 1, "items": len(items), "digest": of_page,
                          "part": sha256(raw), "bytes": len(raw)})  # fmt: skip
            of_category = sha256(f"1\t{of_page}\n".encode())
            categories.append({"category": category, "items": len(items), "digest": of_category})
        whole = sha256("".join(f"{one['category']}\t{one['digest']}\n" for one in categories).encode())
        total = sum(page["items"] for page in pages)
        head = {"feed": "shanghai", "sequence": self.sequence, "items": total, "digest": whole}
        return head | {"categories": categories, "pages": pages}


class _Handler(http.server.BaseHTTPRequestHandler):
    feed: PlayedFeed

    def do_GET(self):
        status, body, headers = self.feed.answer(self.path, self.headers.get("Authorization", ""))
        if status == 200 and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        elif status == 200 and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # what was wrong is in `problems`


def _json(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _number(item: dict) -> int:
    return item["sequence"]


def _out_id(item: dict) -> str:
    return item["out_id"]
