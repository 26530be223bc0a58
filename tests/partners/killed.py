"""Work for a partner in a process that kills itself on the way.

Killed as by a machine that loses power: nothing is rolled back by us, given back or said.
"""

import datetime
import os
import signal
import time
from functools import wraps
from itertools import count

import httpx
from django.db import transaction
from django.utils.module_loading import import_string

from partners import breaker, look, receipts, record, sync
from partners.connectors import connect
from partners.models import PartnerMall
from partners.pull_feed import build

CONNECTORS = {
    "igetmall": "partners.connectors.igetmall.IGetMall",
    "ningbo": "partners.connectors.ningbo.Ningbo",
    "shanghai": "partners.connectors.shanghai.Shanghai",
}


def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def set_trap(point: str, kind: str, connector: type) -> None:
    """The process ends at this point of a call: `upsert`, `look:2` for the second, whatever a connector has.

    "claimed": with rows leased. Of a call "prepared": before it; "sent": before its answer is heard; "answered":
    before it is counted; "written": before what it says is committed. Of a feed "page made": with a page's bytes;
    "pages made": with all but the manifest.
    """
    if point == "claimed":
        sync.plan = die
        return
    if point == "page made":
        make = build._make
        build._make = lambda page: die(make(page))
        return
    if point == "pages made":
        build.publish = die
        return
    name, _, number = kind.partition(":")
    call, send = getattr(connector, name), httpx.Client.send
    calls, under_way, answered = count(1), [], []

    def trapped(*args, **kwargs):
        is_it = next(calls) == int(number or 1)
        if is_it and point == "prepared":
            die()
        if is_it:
            under_way.append(kind)
        answer = call(*args, **kwargs)
        if is_it:
            answered.append(answer)
        return answer

    def watched(client, request, **kwargs):
        if under_way and point == "sent":
            request.extensions["trace"] = lambda event, _info: (
                die() if event == "http11.receive_response_headers.started" else None
            )
        return send(client, request, **kwargs)

    def or_die(note):
        return lambda *args: die() if answered else note(*args)

    def then_die(write):
        @wraps(write)
        def last(*args):
            with transaction.atomic():
                written = write(*args)
                if answered and args[0]:
                    die()
            return written

        return last

    setattr(connector, name, wraps(call)(trapped))
    httpx.Client.send = watched
    if point == "answered":
        breaker.succeeded = or_die(breaker.succeeded)
    elif point == "written":
        record.save, record.save_untouched = then_die(record.save), then_die(record.save_untouched)


def work(point: str, kind: str, partner_id: int) -> None:
    """What a `Forked` process does."""
    partner = PartnerMall.objects.get(pk=partner_id)
    connector = connect(partner)
    later = {
        "look": (record.FIRST_LOOK, lambda: look.look_up(partner, connector)),
        "collect": (receipts.FIRST_ASK, lambda: receipts.collect(partner, connector)),
        "build": (datetime.timedelta(), lambda: build.build(partner.pk)),
    }
    by = import_string(CONNECTORS[partner.connector])
    if kind not in later:
        set_trap(point, kind, by)
    sync.sync(partner)
    if kind in later:
        wait, do = later[kind]
        time.sleep(wait.total_seconds() + 0.1)
        set_trap(point, kind, by)
        do()
