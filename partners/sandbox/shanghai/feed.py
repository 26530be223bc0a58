"""Reading the supplier's feed: what is new every few seconds, all of it when that is not enough."""

import gzip
import json
import urllib.error
import urllib.request
import zlib
from collections import Counter

from partners.sandbox.shanghai import items, signing
from partners.sandbox.stand import faults
from partners.sandbox.stand.clock import now

FEED = "/partners/feed/shanghai"


class NotRead(Exception):
    """An answer of the supplier that is not to be used. `code`: of its error, or what was wrong with it."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code} {detail}".strip())
        self.code = code


def pull(mall, *, whole=False):
    """Read what is new, or all. A line for the operator goes into the log. {"code", counts}."""
    with mall.pulling:
        if faults.use(mall.state, "away") is not None:
            return {"code": "AWAY"}
        method = "full" if whole else "changes"
        try:
            if not whole and faults.use(mall.state, "skip") is not None:
                raise NotRead("TOO_FAR_BEHIND")
            counts = _full(mall) if whole else _changes(mall)
        except NotRead as why:
            _note(mall, method, why.code, {"error": str(why)})
            return pull_whole(mall) if why.code == "TOO_FAR_BEHIND" and not whole else {"code": why.code}
        if counts:
            _note(mall, method, "OK", dict(counts))
        return {"code": "OK", **counts}


def pull_whole(mall):
    return pull(mall, whole=True)


def _changes(mall):
    counts = Counter()
    while True:
        data = json.loads(_read(mall, f"/changes?since={mall.position}"))
        with mall.state.write():
            _take(mall, data["changes"], counts)
            mall.position = data["to"]
        if not data["more"]:
            return counts


def _full(mall):
    manifest = json.loads(_read(mall, "/manifest"))
    named, counts = set(), Counter(pages=len(manifest["pages"]))
    for page in manifest["pages"]:
        raw, is_new = _part(mall, page["part"])
        counts["fetched"] += is_new
        with mall.state.write():
            rows = [json.loads(line) for line in raw.decode().splitlines()]
            named |= {item["out_id"] for item in rows}
            _take(mall, rows, counts)
    with mall.state.write():
        left = "select out_id from items where state != 'withdrawn' and sequence <= ?"
        for row in mall.state.rows(left, manifest["sequence"]):
            if row["out_id"] not in named:
                items.withdraw(mall, row["out_id"])
                counts["withdrawn"] += 1
        parts = [page["part"] for page in manifest["pages"]]
        mall.state.do(f"delete from parts where digest not in ({','.join('?' * len(parts))})", *parts)
        mall.position = manifest["sequence"]
    return counts


def _take(mall, rows, counts):
    """Keep what was read at once. Of half a batch refused the mall's reviewers hold back every second."""
    is_halved = bool(rows) and faults.use(mall.state, "half") is not None
    for place, item in enumerate(rows):
        counts[items.take(mall, item, is_held_back=is_halved and place % 2 == 1)] += 1


def _part(mall, digest):
    """(bytes of a page, whether they had to be fetched); a part that is here already is not fetched."""
    row = mall.state.row("select body from parts where digest = ?", digest)
    if row is not None:
        return gzip.decompress(row["body"]), 0
    raw = _read(mall, f"/parts/{digest}", expected=digest)
    mall.state.do("insert or replace into parts values (?, ?)", digest, gzip.compress(raw, 5))
    return raw, 1


def _read(mall, path, expected=None):
    """The body at a path of the feed: the supplier's, unchanged, and new unless its digest is `expected`."""
    address = FEED + path
    ahead = 660 if faults.use(mall.state, "clock") is not None else 0
    sign = signing.authorization("GET", address, mall.key, mall.keys[0], mall.clock() + ahead)
    headers = {"Authorization": sign, "Accept-Encoding": "gzip"}
    if (held := mall.held.get(path)) and expected is None:
        headers["If-None-Match"] = f'"{signing.sha256(held)}"'
    try:
        with urllib.request.urlopen(
            urllib.request.Request(mall.shop_url + address, headers=headers), timeout=20
        ) as answer:
            raw, headers = answer.read(), answer.headers
        raw = gzip.decompress(raw) if headers.get("Content-Encoding") == "gzip" else raw
    except urllib.error.HTTPError as error:
        if error.code != 304 or held is None:
            raise _told(error) from error
        raw, headers = held, error.headers
    except (OSError, EOFError, zlib.error) as error:
        raise NotRead("UNREACHABLE", f"{type(error).__name__}: {error}"[:150]) from error
    if expected and faults.use(mall.state, "damage") is not None:
        raw = raw[:-2] + b"?\n"
    digest = signing.sha256(raw)
    if not signing.is_sealed(address, digest, headers, mall.keys, None if expected else mall.clock()):
        raise NotRead("NOT_GENUINE", path)
    if expected not in (None, digest):
        raise NotRead("NOT_GENUINE", path)
    if expected is None:
        mall.held = {path: raw}  # the last list: as long as nothing changes it is not sent again
    return raw


def _told(error):
    try:
        return NotRead(str(json.loads(error.read())["code"]))
    except (ValueError, KeyError, TypeError, OSError):
        return NotRead("UNREADABLE", str(error.code))


def _note(mall, method, code, detail):
    mall.state.note(now().isoformat(timespec="seconds"), method, code, detail)
