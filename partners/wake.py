"""Tell the workers that there is something to do. Rows are the truth: a lost word costs a sweep's wait."""

import logging

from kmall.celery import app
from partners import turns
from partners.models import PartnerMall

logger = logging.getLogger(__name__)


def all_partners() -> None:
    """One task for each active partner; they run beside each other."""
    active = PartnerMall.objects.filter(state=PartnerMall.State.ACTIVE)
    for partner_id in active.values_list("pk", flat=True):
        partner(partner_id)


def partner(partner_id: int) -> None:
    _send("partners.tasks.sync_partner", partner_id)


def more(mall: PartnerMall) -> None:
    """As many more workers as a mall has room for: there is more to do than one of them takes at once."""
    for _ in range(turns.room(mall.pk, turns.LISTINGS, most=mall.batches_at_once)):
        partner(mall.pk)


def orders(partner_id: int) -> None:
    _send("partners.tasks.work_orders", partner_id)


def statement(partner_id: int, day: str, *, after: float = 0) -> None:
    """Fetch a day's statement (an ISO date) anew, in so many seconds; whoever asked may ask again."""
    _send("partners.tasks.fetch_statement", partner_id, day, after=after)


def statements(partner_id: int, *, after: float = 0) -> None:
    """Fetch what of the last week is missing, in so many seconds; the nightly sweep does the same."""
    _send("partners.tasks.fetch_statements_of", partner_id, after=after)


def _send(task: str, *args, after: float = 0) -> None:
    try:
        app.send_task(task, args, retry=False, countdown=after or None)
    except Exception as error:  # the broker is away: whatever it raises, the sweep will find the rows
        logger.warning("worker not woken for %s: %s", task, error)
