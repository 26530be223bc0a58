"""Pujiang Select of Shanghai, which pulls; docs/partners/shanghai.md is the contract.

What is sent goes into our own feed, and counts as accepted there; what became of it the mall's export tells.
"""

import datetime
import json
from functools import cache
from itertools import islice

from partners.connectors.connector import BadCredentials, BadFile, Page, Profile, RemoteCategory, Unknown
from partners.connectors.shanghai import orders, results
from partners.connectors.shanghai.calls import Calls
from partners.connectors.shanghai.export import Export
from partners.connectors.shanghai.signature import check_request, seal
from partners.desired import digest
from partners.pull_feed import write

LONGEST_DESCRIPTION = 2000
FILES_AT_ONCE = 10
PROFILE = Profile(
    name="Pujiang Select 浦江优选",
    contract="Pujiang Select (浦江优选) feed interface, version 1.0",
    can=("feed", "orders", "refunds", "categories"),
    key={"key": "Key", "secret": "Secret"},
)


def connect(partner) -> "Shanghai":
    return _connected(partner.pk, partner.base_url, partner.credentials)


@cache
def _connected(partner_id: int, base_url: str, credentials: str) -> "Shanghai":
    """One for a mall and its credentials, so that its connections are kept open."""
    return Shanghai(partner_id, base_url, **json.loads(credentials))


class Shanghai:
    most_items = most_offers = 200
    most_looks = 500
    receipt_seconds = 0  # what became of it the export tells
    patience = datetime.timedelta(days=1)  # the mall reads when it likes; saying it again helps nobody

    def __init__(self, partner_id: int, base_url: str, *, key: str, secret: str, former_secret: str = ""):
        """`former_secret`: what the mall may still sign with while the secret is changed."""
        self._partner, self._key = partner_id, key
        self._keys = [secret, former_secret] if former_secret else [secret]
        self._calls = Calls(base_url, key=key, keys=self._keys)
        self._export = Export(partner_id, self._calls)

    def content(self, listing: dict) -> dict:
        return listing | {"description": listing["description"][:LONGEST_DESCRIPTION]}

    def offer_part(self, offer: dict) -> dict:
        return offer

    def digest(self, part: dict) -> str:
        return digest(part)

    def categories(self):
        try:
            rows = self._calls.data("/export/categories")["categories"]
            return [
                RemoteCategory(row["code"], row["name"], row["parent"] or "", row["leaf"]) for row in rows
            ]
        except (KeyError, TypeError) as error:
            raise Unknown(f"incomplete answer: {error!r}") from error

    def upsert(self, items):
        return write.upsert(self._partner, items)

    def offer(self, items):
        return write.offer(self._partner, items)

    def withdraw(self, items):
        return write.withdraw(self._partner, items)

    def look(self, out_ids):
        return self._export.look(out_ids)

    def walk(self, cursor):
        return self._export.walk(cursor)

    def orders(self, since, cursor):
        names = orders.names(self._calls.read(orders.list_address(since, cursor)))
        read, bad = [], []
        for name in islice(names, FILES_AT_ONCE):
            file = orders.read(name, self._calls.read(orders.address(name)), self._digest(name))
            read += file.orders
            bad += [BadFile(name, file.digest, file.faults)] if file.faults else []
        return Page(read, names[:FILES_AT_ONCE][-1] if names else "", bad)

    def return_rows(self, file: BadFile) -> None:
        self._drop("faults", results.faults(file))

    def confirm(self, order_id, number):
        self._drop("answer", results.answer(order_id, "confirmed", number=number))

    def refuse(self, order_id, reason, text):
        self._drop("answer", results.answer(order_id, "refused", reason=reason, text=text))

    def ship(self, order_id, parcels):
        self._drop("parcel", results.parcels(order_id, parcels))

    def refund(self, order_id, refund):
        self._drop("refund", results.refund(order_id, refund))

    def notice(self, parameters: dict, body: bytes) -> dict:
        raise BadCredentials("this mall sends no notices")

    def admit(self, address: str, authorization: str) -> str:
        """The nonce of a reader of the feed that is the mall. Raises `NotGenuine`."""
        return check_request("GET", address, b"", authorization, key=self._key, keys=self._keys)

    def seal(self, address: str, digest: str) -> dict[str, str]:
        """The headers by which the mall knows that an answer of the feed is ours."""
        return seal(address, digest, self._keys[0])

    def _digest(self, name: str) -> str:
        return self._calls.read(f"{orders.address(name)}.sha256").decode(errors="replace")[:64]

    def _drop(self, kind: str, csv: bytes) -> None:
        self._calls.drop(results.address(kind, csv), csv)
