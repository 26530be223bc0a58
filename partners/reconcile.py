"""Walk through everything that a partner shows and hold it against our listings, both ways (writes)."""

import logging

from django.db import transaction
from django.utils import timezone

from catalog.models import Product
from partners import pace
from partners.connectors import connect
from partners.connectors.connector import Connector, Item, Shown
from partners.desired import product_of
from partners.look import settle
from partners.mark import mark_changed
from partners.models import Listing, PartnerMall

logger = logging.getLogger(__name__)


def reconcile(partner: PartnerMall) -> dict[str, int]:
    """One full pass: what is missing, extra or different is marked to be mended. Counts by finding.

    It ends on an empty cursor, or on one that came before. Raises `Fault` when the partner fails; what was
    compared until then stands.
    """
    connector, started = connect(partner), timezone.now()
    counts: dict[str, int] = {}
    met: set[int] = set()
    cursor, before = "", set()
    while True:
        pace.wait_for_turn(partner, most=60)
        read_at = timezone.now()
        page = connector.walk(cursor)
        seen = _ours(partner, connector, page.rows)
        met.update(seen)
        _add(counts, settle(seen, read_at=read_at))
        before.add(cursor)
        cursor = page.cursor
        if not cursor or cursor in before:
            break
    held = Listing.objects.held_there().filter(partner=partner, accepted_at__lt=started)
    unmet = set(held.values_list("pk", flat=True)) - met
    _add(counts, settle(dict.fromkeys(unmet), read_at=started))
    PartnerMall.objects.filter(pk=partner.pk).update(reconciled_at=timezone.now())
    logger.info("partner %s reconciled: %s", partner.pk, counts)
    return counts


def _ours(partner: PartnerMall, connector: Connector, rows: list[Shown]) -> dict[int, Shown]:
    """The page's items by the key of their listing. What is none of ours any more is withdrawn."""
    by_product = {product_of(row.out_id): row for row in rows}
    known = Listing.objects.filter(partner=partner, product__in=[key for key in by_product if key])
    listings = dict(known.values_list("product_id", "pk"))
    strangers = {
        key: row for key, row in by_product.items() if key not in listings and row.state != "withdrawn"
    }
    if strangers:
        _adopt(partner, connector, strangers)
    return {pk: by_product[product_id] for product_id, pk in listings.items()}


def _adopt(partner: PartnerMall, connector: Connector, strangers: dict[int | None, Shown]) -> None:
    """Items without a listing here: of a living product one is made, all others leave the partner's pages."""
    living = set(
        Product.objects.filter(pk__in=[key for key in strangers if key]).values_list("pk", flat=True)
    )
    with transaction.atomic():
        for product_id in living:
            now = timezone.now()
            Listing.objects.get_or_create(
                partner=partner,
                product_id=product_id,
                defaults={
                    "version": strangers[product_id].version,
                    "next_try_at": now,
                    "confirmed_hash": "?",
                },
            )
        mark_changed(sorted(living), {"state"}, partner_id=partner.pk)
    gone = [row for key, row in strangers.items() if key not in living]
    items = [Item(row.out_id, row.version + 1, f"gone:{row.out_id}:{row.version + 1}") for row in gone]
    for start in range(0, len(items), connector.most_offers):
        connector.withdraw(items[start : start + connector.most_offers])


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for finding, number in more.items():
        counts[finding] = counts.get(finding, 0) + number
