"""Pages of the full feed that were got: kept together, a moment later (writes).

A mall reads dozens of them at once, each served from memory: a row written at once would cost several times
what the page does.
"""

import logging
import threading

from django.db import connection, transaction

from partners.pull_feed import readings

logger = logging.getLogger(__name__)

AFTER = 1.0  # seconds until they are written down; 0: at once
_waiting: dict[tuple[int, str], readings.Reading] = {}
_turn = threading.Lock()


def keep(page: readings.Reading) -> None:
    """A row of it soon; got once more until then, it is the same row. Never fails.

    A process that is killed forgets the pages of its last second.
    """
    with _turn:
        is_first = not _waiting
        if known := _waiting.get((page.partner.pk, page.address)):
            known.times += 1
        else:
            _waiting[page.partner.pk, page.address] = page
    if not AFTER:
        write()
    elif is_first:
        threading.Timer(AFTER, _write_elsewhere).start()  # no daemon: a server that stops waits for it


def write() -> None:
    """Write down what waits. Never fails."""
    with _turn:
        pages = list(_waiting.values())
        _waiting.clear()
    try:
        with transaction.atomic():
            for page in pages:
                readings.write(page)
    except Exception as error:  # as in `readings.keep`
        logger.error("%d pages that were read not kept: %s", len(pages), type(error).__name__)


def _write_elsewhere() -> None:
    try:
        write()
    finally:
        connection.close()  # this thread's own
