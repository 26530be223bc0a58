"""A mall that reads the feed as docs/partners/shanghai.md says, by hand, without the project."""

import gzip
import hashlib
import hmac
import json
import secrets
import time

KEY, SECRET = "kmall24", "shanghai-sandbox-secret"
FEED = "/partners/feed/shanghai"


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def mac(text, secret=SECRET):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def authorization(address, *, secret=SECRET, key=KEY, at=None, nonce=None, method="GET", body=b""):
    at, nonce = at or int(time.time()), nonce or secrets.token_hex(16)
    sign = mac("\n".join([method, address, key, str(at), nonce, sha(body)]), secret)
    return f"PJ-HMAC-SHA256 key={key}, time={at}, nonce={nonce}, sign={sign}"


class Reader:
    """What a mall keeps of the feed: items by number, its position, parts it holds. `client`: Django's."""

    def __init__(self, client):
        self.client, self.items, self.position, self.parts, self.fetched = client, {}, 0, {}, 0

    def get(self, path, headers=None, **how):
        address = FEED + path
        headers = {"Authorization": authorization(address, **how), **(headers or {})}
        return self.client.get(address, headers=headers)

    def read(self, path):
        """The body at a path, its digest and signature checked."""
        answer = self.get(path, {"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, answer.content
        raw = gzip.decompress(answer.content)
        digest, at = answer["X-PJ-Digest"], answer["X-PJ-Time"]
        assert (digest, answer["ETag"]) == (sha(raw), f'"{sha(raw)}"')
        assert answer["X-PJ-Sign"] == mac(f"{FEED}{path}\n{at}\n{digest}")
        return raw

    def full(self):
        manifest = json.loads(self.read("/manifest"))
        pages = {page["part"]: page for page in manifest["pages"]}
        for part in pages.keys() - self.parts.keys():
            raw = self.read(f"/parts/{part}")
            assert (sha(raw), len(raw)) == (part, pages[part]["bytes"])
            self.parts[part] = [json.loads(line) for line in raw.splitlines()]
            self.fetched += 1
        named = [item for part in pages for item in self.parts[part]]
        for item in named:
            self.take(item)
        keep = {item["out_id"] for item in named}
        for out_id, item in list(self.items.items()):
            if out_id not in keep and item["sequence"] <= manifest["sequence"]:
                del self.items[out_id]
        self.position = manifest["sequence"]
        return manifest

    def delta(self):
        """Changes until there are none; False when the full feed has to be taken."""
        while True:
            answer = self.get(f"/changes?since={self.position}")
            if answer.status_code == 410:
                return False
            changes = answer.json()
            for item in changes["changes"]:
                self.take(item)
            self.position = changes["to"]
            if not changes["more"]:
                return True

    def take(self, item):
        held = self.items.get(item["out_id"])
        if held is None or item["version"] > held["version"] or item["sequence"] > held["sequence"]:
            self.items[item["out_id"]] = item

    def shown(self):
        """Content and offer of what is on sale, by number."""
        return {
            out_id: (item["content"], item["offer"])
            for out_id, item in sorted(self.items.items())
            if not item.get("removed")
        }
