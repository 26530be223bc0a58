"""The feed as the mall reads it."""

import json

from partners.conformance.checks import Differs, NotAsked
from partners.conformance.shanghai.client import FEED, Client

TRIES = 3  # of reading all while others write


class Feed(Client):
    probe, missing = f"{FEED}/manifest", f"{FEED}/parts/{'0' * 64}"

    def __init__(self, base_url: str, chosen):
        super().__init__(base_url, chosen)
        self.shop_url = (chosen.shop_url or base_url).rstrip("/")
        self.held: dict[str, bytes] = {}  # parts: under one address the bytes are always the same

    def manifest(self) -> dict:
        return self.data(f"{FEED}/manifest")

    def part(self, digest: str) -> bytes:
        if digest not in self.held:
            self.held[digest] = self.read(f"{FEED}/parts/{digest}")
        return self.held[digest]

    def changes(self, since: int) -> dict:
        return self.data(f"{FEED}/changes?since={since}")

    def pages(self) -> tuple[dict, list[tuple[dict, list[dict]]]]:
        """The manifest, and each of its pages with its items. Raises `NotAsked` where there are none."""
        manifest = self.manifest()
        if not manifest["pages"]:
            raise NotAsked("数据中没有商品")
        return manifest, [(page, lines(self.part(page["part"]))) for page in manifest["pages"]]

    def items(self) -> tuple[int, dict[str, dict]]:
        """The feed's number and its items by `out_id`, none of them newer."""
        for _ in range(TRIES):
            manifest, pages = self.pages()
            items = {item["out_id"]: item for _page, some in pages for item in some}
            if all(item["sequence"] <= manifest["sequence"] for item in items.values()):
                return manifest["sequence"], items
        raise NotAsked("数据变化太快，无法完整读取")

    def since(self, number: int) -> tuple[int, list[dict]]:
        """Up to where, and all changes after a number. Raises `Differs` where there is no end."""
        found = []
        while True:
            some = self.changes(number)
            found += some["changes"]
            if not some["more"]:
                return some["to"], found
            if some["to"] <= number:
                raise Differs(f"从 {number} 起还有增量（more），to 却不再增大")
            number = some["to"]


def lines(part: bytes) -> list[dict]:
    return [json.loads(line) for line in part.decode().splitlines()]
