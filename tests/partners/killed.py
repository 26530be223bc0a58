"""A process that works for a partner and kills itself on the way: `python -m tests.partners.killed POINT PARTNER`.

Killed as by a machine that loses power: nothing is rolled back by us, given back or said.
"""

import os
import signal
import sys
import time
from functools import wraps

import django
from django.db import transaction

POINTS = ("claimed", "prepared", "sent", "answered", "written", "taken for a look", "looked", "settled")


def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(call):
    """The call as it is, and the end before it is committed, once it has anything to write."""

    @wraps(call)
    def last(*args, **kwargs):
        with transaction.atomic():
            call(*args, **kwargs)
            if args[-1]:
                die()

    return last


def set_trap(point: str) -> None:
    import httpx

    from partners import drift, look, pace, record, sync

    if point == "claimed":
        sync.plan = die
    elif point == "prepared":
        pace.wait_for_turn = die
    elif point == "sent":
        send = httpx.Client.send

        def watched(client, request, **kwargs):
            request.extensions["trace"] = lambda event, _info: (
                die() if event == "http11.receive_response_headers.started" else None
            )
            return send(client, request, **kwargs)

        httpx.Client.send = watched
    elif point == "answered":
        sync.breaker.succeeded = die
    elif point == "written":
        record.save = then_die(record.save)
        record.save_untouched = then_die(record.save_untouched)
    elif point == "taken for a look":
        look.pace.wait_for_turn = die
    elif point == "looked":
        look.settle = die
    elif point == "settled":
        drift.note = then_die(drift.note)


def main(point: str, partner_id: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")
    django.setup()
    from partners import look, record, sync
    from partners.connectors import connect
    from partners.models import PartnerMall

    partner = PartnerMall.objects.get(pk=partner_id)
    looking = POINTS.index(point) >= POINTS.index("taken for a look")
    if not looking:
        set_trap(point)
    sync.sync(partner)
    if looking:
        time.sleep(record.FIRST_LOOK.total_seconds() + 0.1)
        set_trap(point)
    look.look_up(partner, connect(partner))


if __name__ == "__main__":
    main(*sys.argv[1:])
