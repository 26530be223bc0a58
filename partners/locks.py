"""Locked rows of this app. Who waits for listings takes them by mall and product, as the markers do."""

from collections.abc import Iterable

from django.db import connection
from django.db.models.base import ModelState

from kmall.database import Prepared
from partners.models import Display, Feed, Listing, PartnerMall, PartnerOrder, PartnerRequest, Receipt

# Rows by their keys, so that the lease needs no index, in everybody's order.
HELD = "id = any(%(ids)s::bigint[]) and lease = %(lease)s order by partner_id, product_id for update"
# Rows that nobody has changed: each still bears the stamp of the transaction that we wrote it in.
STAMP = "l.xmin::text"
OWN_STAMP = "partners_listing.xmin::text"
UNTOUCHED = f"""
    select l.id from partners_listing l join unnest(%(ids)s, %(stamps)s) as ours (id, stamp) on ours.id = l.id
    where {STAMP} = ours.stamp order by l.partner_id, l.product_id for update of l"""

_LISTING = [field.attname for field in Listing._meta.concrete_fields]


def _read(name: str) -> str:
    """A column of a row that is being leased: of the lease nothing, since we say what it is."""
    return "null" if name in ("lease", "leased_until") else f"l.{name}"


def _due(lane: str) -> str:
    """`Listing.objects.due` of one lane, the newest change first."""
    return f"""
        from partners_listing where partner_id = %(partner)s and {lane} and next_try_at <= %(now)s
            and (leased_until is null or leased_until < %(now)s) order by due_since desc, product_id"""


_OF_LANE = {"partner": "bigint", "now": "timestamptz", "size": "int"}


def _lease_due(lane: str) -> Prepared:
    """Asked for before each call, so planned once."""
    return Prepared(
        f"lease_{lane}_listings",
        f"""
        with due as (select id {_due(lane)} limit %(size)s for update skip locked)
        update partners_listing l set lease = %(lease)s, leased_until = %(until)s
        from due where l.id = due.id returning {STAMP}, {", ".join(_read(name) for name in _LISTING)}""",
        _OF_LANE | {"lease": "uuid", "until": "timestamptz"},
    )


def _count_due(lane: str) -> Prepared:
    sql = f"select count(*) from (select {_due(lane)} limit %(size)s) as due"
    return Prepared(f"count_{lane}_listings", sql, _OF_LANE)


_LEASE_DUE = {lane: _lease_due(lane) for lane in ("due_full", "due_stock")}
_COUNT_DUE = {lane: _count_due(lane) for lane in _LEASE_DUE}


def due_listings(partner_id: int, now, *, quick: bool, most: int) -> int:
    """How many rows of a lane are due that nobody has taken, up to `most`."""
    lane = "due_stock" if quick else "due_full"
    return _COUNT_DUE[lane].rows(partner=partner_id, now=now, size=most)[0][0]


def lease_due_listings(
    partner_id: int, now, *, quick: bool, size: int, lease, until
) -> tuple[list[Listing], str]:
    """Up to `size` due rows of one lane that nobody else is taking at this moment, leased by the statement
    that finds them, and the stamp that all of them bear from then on.

    The newest change comes first, so that it need not wait behind a whole first sync.
    """
    found = _LEASE_DUE["due_stock" if quick else "due_full"].rows(
        partner=partner_id, now=now, size=size, lease=lease, until=until
    )
    of_lease, db = {"lease": lease, "leased_until": until}, connection.alias
    rows = [_row(zip(_LISTING, values, strict=True), of_lease, db) for _stamp, *values in found]
    rows.sort(key=lambda row: (-(row.due_since or now).timestamp(), row.product_id))
    return rows, next((stamp for stamp, *_values in found), "")


def _row(values: Iterable[tuple[str, object]], more: dict, db: str) -> Listing:
    """As an unpickled row is made: `from_db` asks every field, a tenth of what claiming thousands costs."""
    row = Listing.__new__(Listing)
    vars(row).update(values, _state=ModelState(), **more)
    row._state.adding, row._state.db = False, db
    return row


def held_listings(lease, rows: list[Listing]) -> list[Listing]:
    """Those of these rows that are still held under a lease, brought up to date in place.

    Inside a transaction.
    """
    by_key, held = {row.pk: row for row in rows}, []
    with connection.cursor() as cursor:
        cursor.execute(f"select * from partners_listing where {HELD}", {"ids": list(by_key), "lease": lease})
        names = [column.name for column in cursor.description]
        for values in cursor.fetchall():
            now = dict(zip(names, values, strict=True))
            row = by_key[now["id"]]
            vars(row).update(now)
            held.append(row)
    return held


def listings(ids):
    """These rows, for the rest of the transaction."""
    return in_order(Listing.objects.filter(pk__in=list(ids)))


def in_order(rows):
    """Listings of a query, in the order that keeps those who wait from meeting half-way."""
    return rows.order_by("partner_id", "product_id").select_for_update(of=("self",))


def listings_to_look_up(partner_id: int, now):
    """Rows whose state at the partner is to be looked up, the longest due first. Inside a transaction."""
    rows = Listing.objects.filter(partner=partner_id, look_at__lte=now)
    return rows.order_by("look_at").select_for_update(skip_locked=True, of=("self",))


def listings_waiting_for_a_look(partner_id: int, now):
    """Rows that are to be looked up later, and not in work now. Inside a transaction."""
    rows = Listing.objects.filter(partner=partner_id, look_at__gt=now)
    return rows.order_by("product_id").select_for_update(skip_locked=True, of=("self",))


def idle_receipts(partner_id: int, tickets: list[str]):
    """Receipts of these tickets that nobody is writing at this moment. Inside a transaction.

    No waiting: whoever writes or deletes receipts holds their listings first, and we do not.
    """
    rows = Receipt.objects.filter(partner=partner_id, ticket__in=tickets)
    return rows.order_by("ticket").select_for_update(skip_locked=True, of=("self",))


def due_orders(partner_id: int, now):
    """Orders of a partner with something to do, one worker for each. Inside a transaction."""
    rows = PartnerOrder.objects.filter(partner=partner_id, next_try_at__lte=now).order_by("next_try_at")
    return rows.select_for_update(skip_locked=True, of=("self",))


def partner_malls():
    """Rows of malls, for the rest of the transaction. Rows that refer to one need not wait."""
    return PartnerMall.objects.select_for_update(of=("self",), no_key=True)


def partner_mall(pk: int) -> PartnerMall:
    """One of them."""
    return partner_malls().get(pk=pk)


def displays(ids):
    """These displays, so that one printing at a time numbers their labels. Inside a transaction."""
    return Display.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",))


def partner_order(pk: int) -> PartnerOrder:
    """A partner's order, for the rest of the transaction."""
    return PartnerOrder.objects.select_for_update(of=("self",)).select_related("partner").get(pk=pk)


def request(pk: int) -> PartnerRequest:
    """A locked request with its partner order, that locked before it; both after our own order."""
    order_id = PartnerRequest.objects.values_list("order", flat=True).get(pk=pk)
    held = partner_order(order_id)
    row = PartnerRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    row.order = held
    return row


def feed(partner_id: int):
    """A partner's feed, before an item or page of it is written. Inside a transaction.

    No lock on its key: whoever stores bytes refers to the feed while it holds a page that a writer waits for.
    """
    return Feed.objects.select_for_update(of=("self",), no_key=True).get(partner=partner_id)
