"""Change a partner's key without a gap: the new one waits beside the old, is tried, takes over (writes).

What is kept is encrypted, and no function here gives it to anybody but a connector.
"""

import json

from django.db import transaction
from django.utils import timezone

from kmall import caching
from partners import locks
from partners.connectors import connect
from partners.connectors.connector import NotSigned
from partners.connectors.reading import Unread
from partners.mark import rules_changed
from partners.models import PartnerMall
from partners.trail import note
from partners.trial import OVERLAP, Trial, try_out, with_key

State = PartnerMall.State


class OtherKeyWaits(Exception):
    """While a new key was tried somebody typed another, discarded it, or put it in use."""


@transaction.atomic
def keep(partner: PartnerMall, typed: dict[str, str], names, *, actor) -> list[str]:
    """Put away what was typed of a new key, beside what somebody else types of it at this moment.

    The names of its parts that are still missing.
    """
    stored = locks.partner_mall(partner.pk)
    partner.spare_credentials, partner.spare_until = stored.spare_credentials, stored.spare_until
    kept = json.loads(partner.spare_credentials) if has_new(partner) else {}
    kept |= {name: text for name, text in typed.items() if text}
    missing = [name for name in names if name not in kept]
    partner.spare_credentials, partner.spare_until = json.dumps(kept), None
    partner.save(update_fields=["spare_credentials", "spare_until"])
    if not missing:
        note(partner, "new_credentials", actor=actor)
        if partner.state == State.SETUP:  # nothing runs yet; the test call is the next step
            _take_over(partner, None)
    return missing


def has_new(partner: PartnerMall) -> bool:
    """Whether a new key, or a part of one, waits beside the one in use."""
    return bool(partner.spare_credentials) and partner.spare_until is None


def kept_parts(partner: PartnerMall) -> set[str]:
    """Names of the parts that are put away; never their text."""
    return set(json.loads(partner.spare_credentials)) if has_new(partner) else set()


def try_new(partner: PartnerMall, *, actor) -> Trial:
    """Call the mall with the key that waits; if the mall takes it, it is the key in use from now on.

    Raises `OtherKeyWaits` where it does not wait any more by then: what waits instead stays as it is.
    """
    trial = try_out(partner, credentials=partner.spare_credentials)
    if trial.is_ok:
        _take_over(partner, timezone.now())
        note(partner, "credentials_in_use", actor=actor)
    return trial


@transaction.atomic
def believed_again(partner: PartnerMall, *, actor) -> bool:
    """The mall took the key in use after it had refused it: work goes on. False where nothing stood still."""
    still = PartnerMall.objects.filter(pk=partner.pk, state=State.CREDENTIALS)
    if not still.update(state=State.ACTIVE, state_note=""):
        return False
    note(partner, "credentials_believed", actor=actor)
    partner.refresh_from_db()
    rules_changed(partner)
    return True


@transaction.atomic
def discard(partner: PartnerMall, *, actor) -> None:
    """Forget the key that waits."""
    waiting = PartnerMall.objects.filter(pk=partner.pk, spare_until=None).exclude(spare_credentials="")
    if waiting.update(spare_credentials=""):
        note(partner, "credentials_discarded", actor=actor)


def notice(partner: PartnerMall, parameters: dict, body: bytes) -> dict | Unread:
    """What a mall's notice carries, signed with either key of a change. Raises as `Connector.notice`."""
    connector = connect(partner)
    if not hasattr(connector, "notice"):
        raise NotSigned("INVALID_SIGNATURE")  # this mall sends no notices: whoever does is not the mall
    try:
        return connector.notice(parameters, body)
    except NotSigned:
        over = partner.spare_until is not None and partner.spare_until < timezone.now()
        if not partner.spare_credentials or over:
            raise
        return connect(with_key(partner, partner.spare_credentials)).notice(parameters, body)


def forget_old() -> None:
    """Erase keys whose overlap is over."""
    old = PartnerMall.objects.filter(spare_until__lt=timezone.now())
    if old.update(spare_credentials="", spare_until=None):
        caching.bump("partners")


@transaction.atomic
def _take_over(partner: PartnerMall, tested_at) -> None:
    """The new key is the one in use; the old one is still believed in notices for a while.

    The mall's state as it is by now: while the new key was tried, a worker may have met a refusal of the old.
    """
    stored = locks.partner_mall(partner.pk)
    if (stored.spare_credentials, stored.spare_until) != (partner.spare_credentials, None):
        raise OtherKeyWaits
    partner.state = stored.state
    old = stored.credentials if stored.state != State.SETUP else ""
    partner.credentials, partner.spare_credentials = partner.spare_credentials, old
    partner.spare_until = timezone.now() + OVERLAP if old else None
    partner.tested_at = tested_at
    changed = ["credentials", "spare_credentials", "spare_until", "tested_at"]
    if partner.state == State.CREDENTIALS and tested_at:
        partner.state, partner.state_note = State.ACTIVE, ""
        changed += ["state", "state_note"]
    partner.save(update_fields=changed)
    caching.bump("partners")  # what answers a mall that pulls is kept with its key
    if "state" in changed:
        rules_changed(partner)
