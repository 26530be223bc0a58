"""What follows from a call that failed: when to try again, whose fault it is, who is told."""

import datetime
import logging
import random
from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kmall.mail import send_mail
from partners import breaker, locks, pace
from partners.connectors.connector import BadCredentials, Deferred, Fault, Misfit, TooLarge, Unknown
from partners.models import Listing, PartnerMall, PartnerOrder
from partners.trail import note

logger = logging.getLogger(__name__)

LONGEST_WAIT = 3600  # seconds between two tries of one listing

# Why a partner's order is not as it should be, by the code in front of its reason.
ORDER_REASONS = {
    "out_of_stock": _("Not enough in stock, or not on sale any more."),
    "unknown_item": _("None of our options has this number: it waits for a mapping, then it is refused."),
    "price_differs": _("What was paid is not what the lines add up to."),
    "bad_address": _("Name, ID number or address cannot be right."),
    "over_limit": _("Above the limits of cross-border retail."),
    "cancelled": _("Called off at the partner."),
    "refused": _("Refused at the partner."),
    "confirmed": _("Confirmed at the partner."),
    "shipped": _("Sent, as the partner has it."),
    "refunded": _("Given back at the partner."),
    "differs": _("Both sides do not agree on this order."),
    "set_aside": _("Set aside by KITA."),
    "no_rate": _("There is no exchange rate of its day or before. It is placed by itself once there is one:"),
    "no_tax_rate": _("A tax rate of its day is missing. It is placed by itself once there is one:"),
    "no_import_limit": _("The import limit of its day is missing. It is placed by itself once there is one:"),
    "not_placed": _("It could not be placed yet and is tried again; the log says why."),
}


def order_reason(order: PartnerOrder) -> str:
    """Why a partner's order waits or was refused, in the reader's language, with the detail as it stands."""
    code, _colon, detail = order.reason.partition(": ")
    said = [
        _unreadable(order),
        _tried(order),
        ORDER_REASONS.get(code, code),
        ORDER_REASONS.get(detail, detail),
    ]
    return " ".join(str(words) for words in said if words)


def _tried(order: PartnerOrder) -> str:
    if not order.is_tried_often:
        return ""
    return gettext("Tried %(number)s times without success.") % {"number": order.attempts}


def _unreadable(order: PartnerOrder) -> str:
    if not order.unread_field:
        return ""
    return gettext(
        "What the partner told last cannot be read (%(field)s). It is tried again, and a mended one is taken."
    ) % {"field": order.unread_field}


def backoff(attempts: int) -> datetime.timedelta:
    """Wait before the next try: 2 s doubled each time up to an hour, give or take a quarter."""
    seconds = min(2 * 2 ** min(attempts, 12), LONGEST_WAIT)
    return datetime.timedelta(seconds=seconds * random.uniform(0.75, 1.25))


def of_fault(partner: PartnerMall, fault: Fault, attempts: int) -> datetime.datetime:
    """Note what a failed call says of the partner. When to try again what had failed so often before."""
    now = timezone.now()
    if isinstance(fault, Deferred):
        pace.ease(partner, fault.seconds)
        return now + datetime.timedelta(seconds=fault.seconds)
    if isinstance(fault, BadCredentials):
        pause_for_credentials(partner, str(fault)[:300])
        return now
    if not isinstance(fault, Misfit):
        breaker.failed(partner)
    elif not isinstance(fault, TooLarge):
        breaker.misunderstood(partner, is_news=not attempts)
    return now + backoff(attempts)


def of_listings(partner: PartnerMall, fault: Fault, rows: list[Listing]) -> dict:
    """The same of a call with these listings, as they were when it began: the changes for them.

    Each waits by its own tries. One that was changed meanwhile stays due at once, since of that nothing has
    been tried; how the call came out is told of it all the same: what the partner holds is in doubt.
    """
    tries = {row.attempts for row in rows}
    at = of_fault(partner, fault, max(tries))
    if isinstance(fault, Deferred | BadCredentials):
        return {"next_try_at": at}
    now, text = timezone.now(), str(fault)[:300]
    unknown = isinstance(fault, Unknown)
    outcome = Listing.Outcome.UNKNOWN if unknown else Listing.Outcome.FAILED
    is_as_sent = Q(version=F("sent_version"))
    waits = [When(is_as_sent, attempts=failed, then=Value(now + backoff(failed))) for failed in tries]
    changes = {
        "attempts": F("attempts") + Case(When(is_as_sent, then=1), default=0),
        "next_try_at": Case(*waits, default=F("next_try_at")),
        "outcome": outcome,
        "outcome_at": Case(
            When(outcome=outcome, then=Coalesce("outcome_at", Value(now))), default=Value(now)
        ),
        "error_code": "NOT_UNDERSTOOD" if isinstance(fault, Misfit) else "UNREACHABLE",
        "error_text": text,
        "error_field": "",
    }
    if unknown:
        changes |= {"look_at": now + datetime.timedelta(seconds=1), "looks": 0}
    return changes


def of_stale(row: Listing, sent_version: int, held_version: int, now: datetime.datetime) -> None:
    """The partner says that it holds more than was sent, unsaved: a try like any other.

    The first that tells of a version we did not know needs no wait: that one is overtaken by the next.
    """
    if row.attempts or held_version < sent_version:
        row.next_try_at = now + backoff(row.attempts)
        row.come_to(Listing.Outcome.FAILED, code="NOT_UNDERSTOOD", text=f"stale: {held_version}")
    row.attempts = min(row.attempts + 1, 30_000)


def pause_for_credentials(partner: PartnerMall, text: str) -> None:
    """No call goes out until a person has put in credentials that work; KITA is told, once.

    Of the key in use a refusal says nothing when `partner` was read while another was: a mall may have taken
    that one back as soon as the new one was in.
    """
    with transaction.atomic():
        row = locks.partner_mall(partner.pk)
        if row.state != PartnerMall.State.ACTIVE or row.credentials != partner.credentials:
            return
        PartnerMall.objects.filter(pk=row.pk).update(
            state=PartnerMall.State.CREDENTIALS, state_note=text[:200], untold_since=timezone.now()
        )
        note(row, "credentials_refused", actor=None)
    tell_of_credentials()


def tell_of_credentials() -> None:
    """Mail KITA of every mall that refuses our key and of which it has had no mail yet; a mail server that is
    away is tried again by the next sweep.
    """
    untold = PartnerMall.objects.filter(state=PartnerMall.State.CREDENTIALS, untold_since__isnull=False)
    for partner in untold.order_by("untold_since"):
        if tell_kita(partial(_refusal, partner)):
            told = PartnerMall.objects.filter(pk=partner.pk, untold_since=partner.untold_since)
            told.update(untold_since=None)


def _refusal(partner: PartnerMall) -> tuple[str, str]:
    subject = gettext("%(partner)s refuses our credentials") % {"partner": partner.name}
    body = gettext("Nothing is sent there until new ones are entered and the mall is made active again.")
    return subject, f"{body}\n\n{partner.state_note}"


def tell_kita(letter: Callable[[], tuple[str, str]]) -> bool:
    """Whether somebody was told: one address that is refused must not repeat the others' mails for ever.

    `letter`: subject and text, in the language of the moment, which is the reader's.
    """
    officers = get_user_model().objects.filter(groups__name="KITA", is_active=True, email__isnull=False)
    is_told = not officers
    for user in officers:
        with override(user.language or "ko"):
            subject, text = letter()
        try:
            send_mail(to=user.email, subject=subject, text=text)
        except OSError as error:  # the desk shows it as well
            logger.error("an officer of KITA not told %r: %s", subject, error)
        else:
            is_told = True
    return is_told
