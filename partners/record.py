"""What an answer about a listing means for its row, sent or fetched, and the ways to write such rows."""

import datetime

import orjson
from django.db import connection, transaction
from django.db.models import QuerySet

from kmall.database import Prepared
from partners import locks
from partners.models import Listing

FIRST_LOOK = datetime.timedelta(seconds=0.4)  # after something was worked in at the partner

# Every field that an answer or a look may change; rows are written with all of them by one statement.
RECORDED = [
    "version", "due_full", "due_stock", "due_since", "next_try_at", "lease", "leased_until", "attempts",
    "confirmed_version", "confirmed_hash", "confirmed_offer_hash", "confirmed_prices", "is_shown",
    "remote_id", "accepted_at", "look_at", "looks", "outcome", "outcome_at", "error_code", "error_text",
    "error_field", "seen_at", "applied_at", "changed_at", "shown_at", "shown_after", "mendings",
]  # fmt: skip
_SAVE = f"""
    update partners_listing l set {", ".join(f"{name} = a.{name}" for name in RECORDED)}
    from json_populate_recordset(json_populate_record(null::partners_listing, %(alike)s), %(rows)s) a
    where l.id = a.id"""
_SAVE_UNTOUCHED = Prepared(
    "save_untouched_listings",
    f"with held as ({locks.UNTOUCHED}) {_SAVE} and l.id in (select id from held) returning l.id",
    {"ids": "bigint[]", "stamps": "text[]", "alike": "json", "rows": "json"},
)


def confirmed(
    row: Listing, kind: str, version: int, content_hash: str, offer_hash: str, prices: str, now
) -> None:
    """The partner holds what was sent; whether it shows it, or not any more, a look tells."""
    row.confirmed_version = version
    row.look_at, row.looks = now + FIRST_LOOK, 0
    if kind == "withdraw":
        row.confirmed_hash = row.confirmed_offer_hash = row.confirmed_prices = ""
        row.is_shown, row.seen_at, row.changed_at = False, None, None
        return
    if kind == "upsert":
        row.confirmed_hash = content_hash
    row.confirmed_offer_hash, row.confirmed_prices = offer_hash, prices


def gone(row: Listing, now) -> None:
    """The partner holds nothing of it: all of it is sent anew."""
    row.come_to(Listing.Outcome.NONE)
    row.confirmed_hash = row.confirmed_offer_hash = row.confirmed_prices = ""
    row.is_shown, row.look_at = False, None
    overtaken(row, row.version, now)


def overtaken(row: Listing, held_version: int, now) -> None:
    """The partner holds more than we know of: speak up anew."""
    row.version = max(row.version, held_version) + 1
    row.due_full, row.next_try_at = True, now
    row.due_since = row.due_since or now


@transaction.atomic
def change(rows: QuerySet[Listing], **changes) -> int:
    """Change rows that are not locked yet. How many.

    In everybody's order first: a plain update goes by its own, and a worker could meet it half-way.
    """
    keys = list(locks.in_order(rows).values_list("pk", flat=True))
    return Listing.objects.filter(pk__in=keys).update(**changes) if keys else 0


def save(rows: list[Listing]) -> None:
    """Write rows that are locked by one statement, to which they go as one value.

    As JSON, since `bulk_update` and `bulk_create` ask every field of every row: ten times the work.
    """
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, _as_values(rows))


def save_untouched(rows: list[Listing], stamps: list[str]) -> set[int]:
    """Lock and write those of the rows that still bear the stamps which they had when they were as ours are.

    Their keys. By one statement, since nearly always that is all of them.
    """
    ids = [row.pk for row in rows]
    return {pk for (pk,) in _SAVE_UNTOUCHED.rows(ids=ids, stamps=stamps, **_as_values(rows))}


def _as_values(rows: list[Listing]) -> dict[str, str]:
    """What is the same in all of them, nearly everything, is told once."""
    columns = {name: [getattr(row, name) for row in rows] for name in RECORDED}
    alike = {name: found[0] for name, found in columns.items() if found.count(found[0]) == len(found)}
    names = ["id", *(name for name in RECORDED if name not in alike)]
    told = zip([row.pk for row in rows], *(columns[name] for name in names[1:]), strict=True)
    return {"alike": _json(alike), "rows": _json([dict(zip(names, each, strict=True)) for each in told])}


def _json(value: list | dict) -> str:
    return orjson.dumps(value, default=_as_interval).decode()


def _as_interval(value: datetime.timedelta) -> str:
    return f"{value // datetime.timedelta(microseconds=1)} microseconds"
