"""Pujiang Select of Shanghai, which pulls; docs/partners/shanghai.md is the contract.

What is sent goes into our own feed, and counts as accepted there; what became of it the mall's export tells.
"""

import datetime
import json
import re
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy

from partners.connectors import dropped
from partners.connectors.connector import BadFile, Misfit, NotReady, Page, Profile, Unknown
from partners.connectors.shanghai import export, orders, requests, results, statements
from partners.connectors.shanghai.calls import Calls
from partners.connectors.shanghai.signature import check_request, seal
from partners.connectors.transport import one_for
from partners.desired import digest
from partners.pull_feed import shown, write

LONGEST_DESCRIPTION = 2000
FILES_AT_ONCE = 10
PROFILE = Profile(
    name="Pujiang Select 浦江优选",
    contract=gettext_lazy("Pujiang Select (浦江优选) feed interface, version 1.0"),
    can=("feed", "orders", "refunds", "requests", "statements", "categories"),
    key={"key": "Key", "secret": "Secret"},
)


def connect(partner) -> "Shanghai":
    return one_for(Shanghai, partner, partner_id=partner.pk, former_secret=_former_secret(partner))


def _former_secret(partner) -> str:
    """What the mall may still sign with for a while after the key was changed."""
    if partner.spare_until is None or partner.spare_until < timezone.now():
        return ""
    return json.loads(partner.spare_credentials or "{}").get("secret", "")


class Shanghai:
    most_items = most_offers = 200
    most_looks = 500
    receipt_seconds = 0  # what became of it the export tells
    patience = datetime.timedelta(days=1)  # the mall reads when it likes; saying it again helps nobody

    def __init__(
        self,
        base_url: str,
        *,
        partner_id: int,
        key: str,
        secret: str,
        former_secret: str = "",
        timeout: float = 10,
    ):
        """`former_secret`: what the mall may still sign with while the secret is changed."""
        self._partner, self._key = partner_id, key
        self._keys = [secret, former_secret] if former_secret else [secret]
        self._calls = Calls(base_url, key=key, keys=self._keys, timeout=timeout)

    def content(self, listing: dict) -> dict:
        return listing | {"description": listing["description"][:LONGEST_DESCRIPTION]}

    def offer_part(self, offer: dict) -> dict:
        return offer

    def digest(self, part: dict) -> str:
        return digest(part)

    def categories(self):
        return self._calls.data("/export/categories", export.categories)

    def upsert(self, items):
        return write.upsert(self._partner, items)

    def offer(self, items):
        return write.offer(self._partner, items)

    def withdraw(self, items):
        return write.withdraw(self._partner, items)

    def look(self, out_ids):
        return shown.look(self._partner, out_ids, self._some)

    def walk(self, cursor):
        places, position = self._calls.data("/export/summary", export.places)
        return shown.walk(self._partner, cursor, places, position, self._page)

    def orders(self, since, cursor):
        return self._files("orders", orders.read, since, cursor)

    def read_order(self, text):
        return orders.read_order(text)

    def requests(self, since, cursor):
        return self._files("requests", partial(requests.read, self._partner), since, cursor)

    def statement(self, day, cursor):
        address, name = statements.address(day), statements.file_name(day)
        try:
            return statements.read(name, *self._file(address))
        except Misfit as misfit:
            if misfit.status == 404:
                raise NotReady(str(misfit), status=404) from misfit
            raise

    def return_rows(self, file: BadFile) -> None:
        for csv in results.faults(file):
            self._drop("faults", csv)

    def confirm(self, order_id, number):
        self._drop("answer", results.answer(order_id, "confirmed", number=number))

    def refuse(self, order_id, reason, text):
        self._drop("answer", results.answer(order_id, "refused", reason=reason, text=text))

    def ship(self, order_id, parcels):
        self._drop("parcel", results.parcels(order_id, parcels))

    def refund(self, order_id, refund):
        self._drop("refund", results.refund(order_id, refund))

    def answer(self, order_id, request_no, *, accept, text):
        self._drop("reply", results.reply(order_id, request_no, "accept" if accept else "reject", text))

    def admit(self, address: str, authorization: str) -> str:
        """The nonce of a reader of the feed that is the mall. Raises `NotGenuine`."""
        return check_request("GET", address, b"", authorization, key=self._key, keys=self._keys)

    def seal(self, address: str, digest: str) -> dict[str, str]:
        """The headers by which the mall knows that an answer of the feed is ours."""
        return seal(address, digest, self._keys[0])

    def _some(self, out_ids: list[str]) -> shown.Told:
        return self._calls.ask("/export/items", {"out_ids": out_ids}, export.items)

    def _page(self, category: str, number: int) -> shown.Told:
        return self._calls.data(f"/export/pages/{category}/{number}", export.items)

    def _files(self, kind: str, read, since: str, cursor: str) -> Page:
        """What is in the next files of a folder."""
        folder, since = f"/drop/{kind}/", datetime.datetime.fromisoformat(since) + self._calls.ahead
        listing = self._calls.read(f"{folder}?since={int(since.timestamp())}&after={cursor}")
        names = listing.decode(errors="replace").split()
        if not all(re.fullmatch(rf"{kind}-\d{{6,12}}\.csv", name) for name in names):
            raise Unknown(f"no list of files: {listing[:80]!r}", status=200)
        return dropped.page_of(names[:FILES_AT_ONCE], lambda name: self._file(folder + name), read)

    def _file(self, address: str) -> tuple[bytes, str]:
        """The bytes of a file, and what its digest is said to be."""
        return self._calls.read(address), self._calls.read(f"{address}.sha256").decode(errors="replace")[:64]

    def _drop(self, kind: str, csv: bytes) -> None:
        self._calls.drop(results.address(kind, csv), csv)
