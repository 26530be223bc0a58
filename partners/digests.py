"""Find the few listings that differ at a partner by digests of categories and pages (writes).

A call for the categories, one for each that differs, one for each page of it that differs: a partner whose
8,000 items are as they should be is asked once. What agrees counts as seen. The daily pass of
`partners.reconcile` stays: it needs nothing of the partner but a list.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from partners import drift, record, strangers
from partners.calls import ask
from partners.category_map import codes_of, nearest
from partners.connectors import connect
from partners.connectors.connector import Digest
from partners.desired import out_id
from partners.look import look_now, settle
from partners.models import Listing, PartnerMall
from partners.reconcile import ours

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A listing as the partner should show it."""

    pk: int
    out_id: str
    digests: str


def compare(partner: PartnerMall) -> dict[str, int]:
    """Hold the partner's digests against ours; look at what differs. Counts by finding, with `agreed`.

    Empty for a partner that gives none. Raises `Fault` when it fails; what was compared stands.
    """
    connector = connect(partner)
    if not hasattr(connector, "digests"):
        return {}
    counts: Counter[str] = Counter()
    read_at, held = timezone.now(), _held(partner)
    theirs = {row.category: row for row in ask(partner, connector.digests, "")}
    for category in sorted(held.keys() | theirs.keys()):
        rows = held.get(category, [])
        if category in theirs and theirs[category].digest == connector.total(_lines(rows)):
            counts["agreed"] += _seen(rows, read_at)
            continue
        pages = ask(partner, connector.digests, category) if category in theirs else []
        for page, some in _side_by_side(pages, rows):
            if page and page.digest == connector.total(_lines(some)):
                counts["agreed"] += _seen(some, read_at)
            else:
                counts.update(_look(partner, connector, page, some))
    strangers.ask_after(partner, connector)
    logger.info("partner %s compared by digests: %s", partner.pk, dict(counts))
    return dict(counts)


def _lines(rows: Iterable[Held]) -> str:
    """A line for each item, by `out_id`: its id and the digests of its parts."""
    return "".join(f"{row.out_id} {row.digests}\n" for row in rows)


def _held(partner: PartnerMall) -> dict[str, list[Held]]:
    """What should be on the partner's pages, by its category, each in the order of `out_id`."""
    codes, found = codes_of(partner), defaultdict(list)
    fields = "pk", "product_id", "product__category__path", "confirmed_hash", "confirmed_offer_hash"
    for pk, product, path, content, offer in Listing.objects.filter(
        partner=partner, is_shown=True
    ).values_list(*fields):
        found[codes.get(nearest(path, codes), "")].append(Held(pk, out_id(product), f"{content} {offer}"))
    return {code: sorted(rows, key=lambda row: row.out_id) for code, rows in found.items()}


def _side_by_side(pages: list[Digest], rows: list[Held]) -> list[tuple[Digest | None, list[Held]]]:
    """Each page of theirs with the rows of ours up to its end; None with those behind the last."""
    pairs: list[tuple[Digest | None, list[Held]]] = []
    left = list(rows)
    for page in pages:
        some = [row for row in left if row.out_id <= page.last]
        left = left[len(some) :]
        pairs.append((page, some))
    return pairs + ([(None, left)] if left else [])


def _look(partner: PartnerMall, connector, page: Digest | None, rows: list[Held]) -> dict[str, int]:
    """Read a page that differs; ours that are not on it are asked for by name."""
    met: set[int] = set()
    counts: Counter[str] = Counter()
    if page:
        read_at = timezone.now()
        seen = ours(partner, connector, ask(partner, connector.between, page))
        counts.update(settle(seen, connector, read_at=read_at))
        met = set(seen)
    unmet = Listing.objects.filter(pk__in=[row.pk for row in rows if row.pk not in met])
    counts["asked for"] += look_now(unmet)
    return counts


@transaction.atomic
def _seen(rows: list[Held], read_at) -> int:
    """What agrees was seen, unless something newer is on its way, or a look meanwhile saw otherwise."""
    still = Listing.objects.filter(pk__in=[row.pk for row in rows], lease=None, accepted_at__lt=read_at)
    number = record.change(still, seen_at=read_at, met_at=read_at)
    drift.mended([row.pk for row in rows], before=read_at)
    return number
