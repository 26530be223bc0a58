"""Items at a partner that are none of ours: taken off its pages, in the drift report until they are (writes).

What the partner answers is no proof: mended is what its pages do not show any more. All others stay open,
with the reason where it told one, and every pass tries them again.
"""

import logging
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from partners.calls import Interrupted, ask
from partners.connectors.connector import (
    Answer,
    BadCredentials,
    Connector,
    Deferred,
    Fault,
    Item,
    Misfit,
    Result,
    Shown,
)
from partners.connectors.reading import fits
from partners.desired import out_id, product_of
from partners.models import Drift, Listing, PartnerMall

logger = logging.getLogger(__name__)

TOLD = ["tries", "ticket", "error_code", "error_text"]
MOST_TRIES = 30_000
LONGEST_NAME = Drift._meta.get_field("out_id").max_length


def is_there(shown: Shown) -> bool:
    """Whether an item has yet to be taken off."""
    return shown.state != "withdrawn"


def take_off(partner: PartnerMall, connector: Connector, strangers: list[Shown]) -> None:
    """Have them leave the partner's pages, and keep what it answers to each.

    A call that fails is kept as well, and holds up nothing else. Raises the `Fault` where the partner takes
    no calls at all for now.
    """
    shown = {row.out_id: row for row in strangers}
    odd = [name for name in shown if len(name) > LONGEST_NAME or not fits(name)]
    if odd:
        logger.error("%s strangers at partner %s without a row: %.80r", len(odd), partner.pk, odd[0])
    rows = _opened(partner, [name for name in shown if name not in odd])
    _fetch_receipts(partner, connector, rows.values())
    # half a character goes into no call
    items = [_item(row, rows.get(name)) for name, row in shown.items() if fits(name.replace("\0", ""))]
    for start in range(0, len(items), connector.most_offers):
        batch = items[start : start + connector.most_offers]
        told = [rows[item.out_id] for item in batch if item.out_id in rows]
        try:
            answers = {answer.out_id: answer for answer in ask(partner, connector.withdraw, batch)}
        except Interrupted:
            raise
        except Fault as fault:
            logger.warning("%s strangers at partner %s not taken off: %s", len(batch), partner.pk, fault)
            for row in told:
                _failed(row, fault)
            _keep(told)
            if isinstance(fault, Deferred | BadCredentials):
                raise
        else:
            for row in told:
                _answered(row, answers.get(row.out_id))
            _keep(told)


def ask_after(partner: PartnerMall, connector: Connector) -> None:
    """Close those that are gone, or ours by now. Where the partner does not answer, the next pass asks."""
    rows = {row.out_id: row for row in _open(partner)}
    _fetch_receipts(partner, connector, rows.values())
    gone = _ours(partner, rows)
    try:
        names = [name for name in rows if name not in gone]
        for start in range(0, len(names), connector.most_looks):
            some = names[start : start + connector.most_looks]
            there = {shown.out_id for shown in ask(partner, connector.look, some) if is_there(shown)}
            gone |= {*some} - there
    except Fault as fault:
        logger.warning("strangers at partner %s not asked after: %s", partner.pk, fault)
    keys = [rows[name].pk for name in gone]
    Drift.objects.filter(pk__in=keys).update(mended_at=timezone.now())


def _open(partner: PartnerMall) -> QuerySet[Drift]:
    return Drift.objects.filter(partner=partner, listing=None, mended_at=None)


def _opened(partner: PartnerMall, names: list[str]) -> dict[str, Drift]:
    """Their rows in the report by name; what it has already stays one."""
    new = [Drift(partner=partner, out_id=name, finding=Drift.Finding.STRANGER) for name in names]
    Drift.objects.bulk_create(new, ignore_conflicts=True)
    return {row.out_id: row for row in _open(partner).filter(out_id__in=names)}


def _item(shown: Shown, row: Drift | None) -> Item:
    """Each try under a version of its own: the partner may remember the key of one that it refused."""
    version = shown.version + 1 + (row.tries if row else 0)
    return Item(shown.out_id, version, f"gone:{shown.out_id}:{version}")


def _answered(row: Drift, answer: Answer | None) -> None:
    """What the partner says to one, unsaved; None: nothing. A reason stands until its next receipt comes."""
    row.ticket = answer.ticket if answer else ""
    if row.ticket:
        return
    if answer is None:
        row.error_code, row.error_text = "UNKNOWN_OUTCOME", ""
    elif answer.result == Result.REFUSED:
        row.error_code, row.error_text = answer.code or "REFUSED", answer.text
    elif answer.result == Result.STALE:
        row.error_code, row.error_text = "NOT_UNDERSTOOD", f"stale: {answer.held_version}"
    else:
        row.error_code = row.error_text = ""


def _failed(row: Drift, fault: Fault) -> None:
    row.error_code = "NOT_UNDERSTOOD" if isinstance(fault, Misfit) else "UNREACHABLE"
    row.error_text, row.ticket = str(fault)[:300], ""


def _keep(rows: list[Drift]) -> None:
    for row in rows:
        row.tries = min(row.tries + 1, MOST_TRIES)
    Drift.objects.bulk_update(rows, TOLD)


def _ours(partner: PartnerMall, names: dict[str, Drift]) -> set[str]:
    """Those of the names that a listing has meanwhile."""
    keys = [key for name in names if (key := product_of(name)) and out_id(key) == name]
    listed = Listing.objects.filter(partner=partner, product__in=keys)
    return {out_id(key) for key in listed.values_list("product_id", flat=True)}


def _fetch_receipts(partner: PartnerMall, connector: Connector, rows: Iterable[Drift]) -> None:
    """What a partner that tells it later made of the withdrawals."""
    if not connector.receipt_seconds:
        return
    waiting = [row for row in rows if row.ticket]
    tickets = sorted({row.ticket for row in waiting})
    for start in range(0, len(tickets), connector.most_tickets):
        try:
            found = ask(partner, connector.collect, tickets[start : start + connector.most_tickets])
        except Fault as fault:
            logger.warning("receipts of strangers at partner %s not fetched: %s", partner.pk, fault)
            return
        told = [row for row in waiting if row.ticket in found]
        for row in told:
            _answered(row, next((one for one in found[row.ticket] if one.out_id == row.out_id), None))
        Drift.objects.bulk_update(told, TOLD)
