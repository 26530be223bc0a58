"""What an answer about a listing means for its row, sent or fetched, and the one way to write such rows."""

import datetime

from partners.models import Listing

FIRST_LOOK = datetime.timedelta(seconds=0.4)  # after something was worked in at the partner

# Every field that an answer or a look may change; rows are written with all of them by one statement.
RECORDED = [
    "version", "due_full", "due_stock", "due_since", "next_try_at", "lease", "leased_until", "attempts",
    "confirmed_version", "confirmed_hash", "confirmed_offer_hash", "is_shown", "remote_id", "accepted_at",
    "look_at", "looks", "outcome", "outcome_at", "error_code", "error_text", "error_field", "seen_at",
    "applied_at", "changed_at", "shown_at", "shown_after",
]  # fmt: skip


def confirmed(row: Listing, kind: str, version: int, content_hash: str, offer_hash: str, now) -> None:
    """The partner holds what was sent; whether it shows it, a look tells."""
    row.confirmed_version = version
    if kind == "withdraw":
        row.confirmed_hash = row.confirmed_offer_hash = ""
        row.is_shown, row.look_at, row.seen_at, row.changed_at = False, None, None, None
        return
    if kind == "upsert":
        row.confirmed_hash = content_hash
    row.confirmed_offer_hash = offer_hash
    row.look_at, row.looks = now + FIRST_LOOK, 0


def overtaken(row: Listing, held_version: int, now) -> None:
    """The partner holds more than we know of: speak up anew."""
    row.version = max(row.version, held_version) + 1
    row.due_full, row.next_try_at = True, now
    row.due_since = row.due_since or now


def save(rows: list[Listing]) -> None:
    """Write rows that are locked: one statement of plain values."""
    Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=RECORDED)
