"""Pujiang Select of Shanghai, which pulls; docs/partners/shanghai.md is the contract.

What is sent goes into our own feed, and counts as accepted there; what became of it the mall's export tells.
"""

import datetime
import json
from functools import cache, partial

from django.utils import timezone
from django.utils.translation import gettext_lazy

from partners.connectors.connector import (
    BadCredentials,
    BadFile,
    Misfit,
    NotReady,
    Page,
    Profile,
    RowFault,
    TooLarge,
)
from partners.connectors.shanghai import orders, requests, results, sheets, statements
from partners.connectors.shanghai.calls import Calls
from partners.connectors.shanghai.export import Export
from partners.connectors.shanghai.signature import check_request, seal
from partners.desired import digest
from partners.pull_feed import write

LONGEST_DESCRIPTION = 2000
FILES_AT_ONCE = 10
PROFILE = Profile(
    name="Pujiang Select 浦江优选",
    contract=gettext_lazy("Pujiang Select (浦江优选) feed interface, version 1.0"),
    can=("feed", "orders", "refunds", "requests", "statements", "categories"),
    key={"key": "Key", "secret": "Secret"},
)


def connect(partner) -> "Shanghai":
    return _connected(
        partner.pk, partner.base_url, partner.credentials, _former_secret(partner), partner.call_seconds
    )


@cache
def _connected(partner_id: int, base_url: str, credentials: str, former: str, timeout: int) -> "Shanghai":
    """One for a mall and its credentials, so that its connections are kept open."""
    return Shanghai(partner_id, base_url, timeout=timeout, former_secret=former, **json.loads(credentials))


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
        partner_id: int,
        base_url: str,
        *,
        key: str,
        secret: str,
        former_secret: str = "",
        timeout: float = 10,
    ):
        """`former_secret`: what the mall may still sign with while the secret is changed."""
        self._partner, self._key = partner_id, key
        self._keys = [secret, former_secret] if former_secret else [secret]
        self._calls = Calls(base_url, key=key, keys=self._keys, timeout=timeout)
        self._export = Export(partner_id, self._calls)

    def content(self, listing: dict) -> dict:
        return listing | {"description": listing["description"][:LONGEST_DESCRIPTION]}

    def offer_part(self, offer: dict) -> dict:
        return offer

    def digest(self, part: dict) -> str:
        return digest(part)

    def categories(self):
        return self._export.categories()

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
        return self._files(orders.KIND, orders.FOLDER, orders.read, since, cursor)

    def read_order(self, text):
        return orders.read_order(text)

    def requests(self, since, cursor):
        read = partial(requests.read, self._partner)
        return self._files(requests.KIND, requests.FOLDER, read, since, cursor)

    def statement(self, day, cursor):
        address, name = statements.address(day), statements.file_name(day)
        try:
            return statements.read(name, self._calls.read(address), self._digest(address))
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

    def notice(self, parameters: dict, body: bytes) -> dict:
        raise BadCredentials("this mall sends no notices")

    def admit(self, address: str, authorization: str) -> str:
        """The nonce of a reader of the feed that is the mall. Raises `NotGenuine`."""
        return check_request("GET", address, b"", authorization, key=self._key, keys=self._keys)

    def seal(self, address: str, digest: str) -> dict[str, str]:
        """The headers by which the mall knows that an answer of the feed is ours."""
        return seal(address, digest, self._keys[0])

    def _files(self, kind: str, folder: str, read, since: str, cursor: str) -> Page:
        """What is in the next files of a folder; `read` makes a `File` of name, bytes and digest."""
        since = datetime.datetime.fromisoformat(since) + datetime.timedelta(seconds=self._calls.ahead)
        listing = self._calls.read(sheets.list_address(folder, since.isoformat(), cursor))
        names = sheets.names(listing, kind)[:FILES_AT_ONCE]
        page = Page(cursor=names[-1] if names else "")
        for name in names:
            digest = ""
            try:
                raw, digest = self._calls.read(folder + name), self._digest(folder + name)
                file = read(name, raw, digest)
            except (sheets.NotWhole, Misfit) as fault:
                is_one_only = fault.status == 404 or isinstance(fault, sheets.NotWhole | TooLarge)
                if not is_one_only:  # 404: listed, and not there yet
                    raise
                page.late.append(BadFile(name, digest, [RowFault(1, "", sheets.NOT_WHOLE)]))
                continue
            page.rows.extend(file.told)
            page.bad.extend([BadFile(name, digest, file.faults)] if file.faults else [])
            page.unread.extend(file.unread)
        return page

    def _digest(self, address: str) -> str:
        return self._calls.read(f"{address}.sha256").decode(errors="replace")[:64]

    def _drop(self, kind: str, csv: bytes) -> None:
        self._calls.drop(results.address(kind, csv), csv)
