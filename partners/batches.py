"""How what is to be sent is cut into calls."""

from collections.abc import Iterator
from itertools import groupby

from partners.connectors.connector import Connector
from partners.models import Listing, PartnerMall
from partners.plan import Work


def batches(
    works: list[Work], partner: PartnerMall, connector: Connector
) -> Iterator[tuple[str, list[Work]]]:
    """What is to be done, in calls that are no larger than the partner takes."""
    items = min(connector.most_items, partner.batch_size)
    for action, most in (
        ("withdraw", connector.most_offers),
        ("offer", connector.most_offers),
        ("upsert", items),
    ):
        batch = [work for work in works if work.action == action]
        for part in _cut(batch, most):
            yield action, part


def _cut(batch: list[Work], most: int) -> Iterator[list[Work]]:
    """Up to `most` together. Those that failed together go behind all others and in ever fewer, down to one:
    what the partner cannot take must not hold up the rest.
    """
    have_failed = any(work.row.attempts for work in batch)
    alike = groupby(sorted(batch, key=_failures), key=_failures) if have_failed else [(0, batch)]
    for failures, group in alike:
        works = list(group)
        size = max(min(most >> failures, (len(works) + 1) // 2), 1) if failures else most
        for start in range(0, len(works), size):
            yield works[start : start + size]


def _failures(work: Work) -> int:
    """How often it failed in a way that something in the call may be the reason of."""
    row = work.row
    is_doubtful = row.outcome == Listing.Outcome.UNKNOWN or row.error_code == "NOT_UNDERSTOOD"
    return row.attempts if is_doubtful else 0
