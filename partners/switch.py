"""Stop and resume the work with a partner mall (writes)."""

from django.db import transaction

from partners import wake
from partners.models import PartnerMall
from partners.trail import note

State = PartnerMall.State


def pause(partner: PartnerMall, *, actor) -> bool:
    """No call goes out until resumed; what is due waits. False where the mall was not active.

    One that was let through before may still begin, a second later at most.
    """
    return _switch(partner, State.ACTIVE, State.PAUSED, "pause", actor)


def resume(partner: PartnerMall, *, actor) -> bool:
    """What waited is sent. False where the mall was not paused: one that refuses our key needs another."""
    resumed = _switch(partner, State.PAUSED, State.ACTIVE, "resume", actor)
    if resumed:
        transaction.on_commit(lambda: wake.partner(partner.pk), robust=True)
    return resumed


@transaction.atomic
def _switch(partner, before, after, deed, actor) -> bool:
    rows = PartnerMall.objects.filter(pk=partner.pk, state=before)
    if not rows.update(state=after, state_note=""):
        return False
    note(partner, deed, actor=actor)
    return True
