"""Walk through everything that a partner shows and hold it against our listings, both ways (writes)."""

import datetime
import logging
from collections import Counter

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import Product
from partners import record, strangers
from partners.calls import ask
from partners.connectors import connect
from partners.connectors.connector import Connector, Shown
from partners.desired import out_id, product_of
from partners.look import look_now, settle
from partners.mark import mark_changed
from partners.models import Listing, PartnerMall

logger = logging.getLogger(__name__)

LONGEST_PASS = datetime.timedelta(hours=6)  # an older one is begun anew


def reconcile(partner: PartnerMall) -> dict[str, int]:
    """One full pass: what is extra or different is marked to be mended. Counts by finding.

    A pass that was cut off goes on where it stood. It ends on an empty page, an empty cursor, or a page of
    which all items came before. What it did not meet is not judged by that, since items move between pages
    while we read: the partner is asked for it by name. Raises `Fault` when the partner fails or may not be
    called; what was compared stands.
    """
    connector, (started, cursor) = connect(partner), _take_up(partner)
    counts: Counter[str] = Counter()
    met: set[str] = set()
    while True:
        read_at = timezone.now()
        page = ask(partner, connector.walk, cursor)
        seen = ours(partner, connector, page.rows)
        record.change(Listing.objects.filter(pk__in=seen), met_at=read_at)
        counts.update(settle(seen, connector, read_at=read_at))
        cursor, names = page.cursor, {row.out_id for row in page.rows}
        if names <= met or not cursor:
            break
        met |= names
        PartnerMall.objects.filter(pk=partner.pk).update(walk_cursor=cursor)
    counts.update(_ask_for_unmet(partner, started))
    strangers.ask_after(partner, connector)
    done = {"walk_cursor": "", "walk_began_at": None, "reconciled_at": timezone.now()}
    PartnerMall.objects.filter(pk=partner.pk).update(**done)
    logger.info("partner %s reconciled: %s", partner.pk, dict(counts))
    return dict(counts)


def _take_up(partner: PartnerMall) -> tuple[datetime.datetime, str]:
    """When the pass began and where it stands: that of a pass cut off lately, or of a new one."""
    partner.refresh_from_db(fields=["walk_cursor", "walk_began_at"])
    now = timezone.now()
    if partner.walk_began_at and now - partner.walk_began_at < LONGEST_PASS:
        return partner.walk_began_at, partner.walk_cursor
    PartnerMall.objects.filter(pk=partner.pk).update(walk_cursor="", walk_began_at=now)
    return now, ""


def _ask_for_unmet(partner: PartnerMall, started: datetime.datetime) -> dict[str, int]:
    """Put what should be there and did not come by in line for a look by name."""
    held = Listing.objects.held_there().filter(partner=partner, accepted_at__lt=started)
    unmet = held.filter(Q(met_at=None) | Q(met_at__lt=started))
    number = look_now(unmet)
    return {"asked for": number} if number else {}


def ours(partner: PartnerMall, connector: Connector, rows: list[Shown]) -> dict[int, Shown]:
    """The page's items by the key of their listing. What is none of ours any more is withdrawn."""
    by_product = {key: row for row in rows if (key := _product(row))}
    known = Listing.objects.filter(partner=partner, product__in=by_product.keys())
    listings = dict(known.values_list("product_id", "pk"))
    unknown = [row for row in rows if _product(row) not in listings and strangers.is_there(row)]
    if unknown:
        _adopt(partner, connector, unknown)
    return {pk: by_product[product_id] for product_id, pk in listings.items()}


def _product(row: Shown) -> int | None:
    """The key of the product that an item is of, if it is named as we name it."""
    key = product_of(row.out_id)
    return key if key and out_id(key) == row.out_id else None


def _adopt(partner: PartnerMall, connector: Connector, unknown: list[Shown]) -> None:
    """Items without a listing here: of a living product one is made, all others leave the partner's pages."""
    named = {key: row for row in unknown if (key := _product(row))}
    known = Product.objects.filter(pk__in=named.keys())
    living, now = sorted(known.values_list("pk", flat=True)), timezone.now()  # in the markers' order
    rows = [
        Listing(
            partner=partner,
            product_id=key,
            version=named[key].version,
            next_try_at=now,
            confirmed_hash="?",
        )
        for key in living
    ]
    with transaction.atomic():
        Listing.objects.bulk_create(rows, ignore_conflicts=True)
        mark_changed(living, {"state"}, partner_id=partner.pk)
    if gone := [row for row in unknown if _product(row) not in living]:
        strangers.take_off(partner, connector, gone)
