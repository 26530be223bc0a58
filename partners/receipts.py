"""Receipts of partners that take things in first and tell later what became of them (writes).

Accepted is not applied: until its receipt comes a listing is known only to have been taken in. One that does
not come by its time leaves it unknown: the listing is looked up, and sent again where it is not as sent.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from partners import locks, pace, record, verdict
from partners.calls import Interrupted, make, next_turn
from partners.connectors.connector import Answer, BadCredentials, Connector, Deferred, Fault, Result
from partners.desired import out_id
from partners.models import Listing, PartnerMall, Receipt
from partners.plan import Work

FIRST_ASK = datetime.timedelta(seconds=1)
LONGEST_WAIT = 30  # seconds between two questions for one receipt
LONGEST_SILENCE = datetime.timedelta(hours=1)  # on a receipt that is late, where each question fails


def await_receipts(connector: Connector, taken_in: list[tuple[Work, Answer]]) -> None:
    """Remember what was taken in under which ticket. Inside the transaction that records the answers."""
    now = timezone.now()
    late_at = now + datetime.timedelta(seconds=connector.receipt_seconds)
    rows = [
        Receipt(
            listing=work.row,
            partner_id=work.row.partner_id,
            ticket=answer.ticket,
            kind=work.action,
            version=work.version,
            content_hash=work.content_hash,
            offer_hash=work.offer_hash,
            ask_at=now + FIRST_ASK,
            late_at=late_at,
        )
        for work, answer in taken_in
    ]
    fields = [field.name for field in Receipt._meta.fields if not field.primary_key]
    Receipt.objects.bulk_create(rows, update_conflicts=True, unique_fields=["listing"], update_fields=fields)


def collect(partner: PartnerMall, connector: Connector) -> int:
    """Ask for the receipts that are due, as many as go into one call. How many tickets were asked for."""
    if not connector.receipt_seconds:
        _give_up(partner)
        return 0
    now = timezone.now()
    due = Receipt.objects.filter(partner=partner, ask_at__lte=now).order_by("ticket")
    tickets = list(due.values_list("ticket", flat=True).distinct()[: connector.most_tickets])
    if not (tickets and _put_off(partner, tickets, now + pace.longest_call(partner), ask_at__lte=now)):
        return 0  # or another worker asks
    try:
        found = make(partner, connector.collect, tickets)
    except Interrupted:
        _put_off(partner, tickets, next_turn(partner))
        return 0
    except Fault as fault:
        _put_off(partner, tickets, verdict.of_fault(partner, fault, 0))
        if not isinstance(fault, BadCredentials | Deferred):  # those end by a person, or in time
            settle(partner, _long_silent(partner, tickets), {})
        return 0
    settle(partner, tickets, found)
    return len(tickets)


@transaction.atomic
def _put_off(partner: PartnerMall, tickets: list[str], until: datetime.datetime, **of) -> int:
    """Nobody asks for these before `until`. How many receipts."""
    keys = list(locks.idle_receipts(partner.pk, tickets).filter(**of).values_list("pk", flat=True))
    return Receipt.objects.filter(pk__in=keys).update(ask_at=until)


def _long_silent(partner: PartnerMall, tickets: list[str]) -> list[str]:
    """Those of the tickets that the mall has told nothing of for so long that its looks are asked instead."""
    late = Receipt.objects.filter(
        partner=partner, ticket__in=tickets, late_at__lte=timezone.now() - LONGEST_SILENCE
    )
    return list(late.values_list("ticket", flat=True).distinct())


def _give_up(partner: PartnerMall) -> None:
    """The mall has meanwhile been given a connector without receipts: what was open is looked up."""
    open_tickets = Receipt.objects.filter(partner=partner).values_list("ticket", flat=True)
    if tickets := list(open_tickets.distinct()):
        settle(partner, tickets, {}, is_late=True)


def settle(
    partner: PartnerMall, tickets: list[str], found: dict[str, list[Answer]], *, is_late: bool = False
) -> None:
    """Write what receipts say, or that they are not there. `found`: answers by ticket, of those that are.

    `is_late`: the others will not come any more.
    """
    answers = {(ticket, answer.out_id): answer for ticket, rows in found.items() for answer in rows}
    asked = Receipt.objects.filter(partner=partner, ticket__in=tickets)
    now, settled, waiting = timezone.now(), [], []
    with transaction.atomic():
        rows = list(locks.listings(asked.values_list("listing", flat=True)))
        receipts = asked.in_bulk([row.pk for row in rows])  # as they are now that their listings are held
        for row in rows:
            receipt = receipts.get(row.pk)
            if receipt is None:
                continue  # something newer was sent meanwhile: this tells nothing any more
            if receipt.ticket not in found and now < receipt.late_at and not is_late:
                waiting.append(receipt)
                continue
            _settle(row, receipt, answers.get((receipt.ticket, out_id(row.product_id))), now)
            settled.append(row)
        record.save(settled)
        Receipt.objects.filter(listing__in=settled).delete()
        for receipt in waiting:
            receipt.asks += 1
            receipt.ask_at = now + datetime.timedelta(seconds=min(2 ** min(receipt.asks, 10), LONGEST_WAIT))
        Receipt.objects.bulk_update(waiting, ["asks", "ask_at"])


def _settle(row: Listing, receipt: Receipt, answer: Answer | None, now) -> None:
    """What a receipt says of one listing; None where it is late, or does not name it."""
    if answer is None or answer.version not in (0, receipt.version):
        _unknown(row, now)
        return
    if answer.result == Result.STALE:
        record.overtaken(row, answer.held_version, now)
        verdict.of_stale(row, receipt.version, answer.held_version, now)
        return
    row.attempts = 0
    if receipt.kind == "offer" and answer.is_of_nothing:
        record.gone(row, now)
    elif answer.result == Result.REFUSED:
        row.come_to(Listing.Outcome.REFUSED, code=answer.code, field=answer.field, text=answer.text)
        if row.confirmed_hash == "?":  # it overtook another: what the partner holds is to be seen
            row.look_at, row.looks = now, 0
    else:
        told = receipt.content_hash, receipt.offer_hash, row.sent_prices  # a receipt is of what was sent last
        record.confirmed(row, receipt.kind, receipt.version, *told, now)
        row.remote_id = answer.remote_id or row.remote_id
        if not row.is_shown:
            row.applied_at = now
        if receipt.kind == "upsert" and row.is_due:  # what could not be sent before it came
            row.next_try_at = now
        if row.outcome != Listing.Outcome.REFUSED:  # an offer of a listing whose text is refused
            row.come_to(Listing.Outcome.OK)


def _unknown(row: Listing, now) -> None:
    """It is looked up, then sent under a higher version: the partner may remember the key of this one."""
    row.come_to(Listing.Outcome.UNKNOWN)
    row.look_at, row.looks = now, 0
    row.version += 1
    row.due_full, row.next_try_at = True, now + verdict.backoff(row.attempts)
    row.due_since = row.due_since or now
