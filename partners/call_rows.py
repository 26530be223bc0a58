"""Rows of what was said to partners and of what was only asked in vain (writes).

Through the models each costs three times as much, and both are written all the time.
"""

import datetime
import json
import zlib

from kmall.database import Prepared
from partners import blot
from partners.models import PartnerMall

SHORTEST_SECRET = 6  # characters; shorter values of credentials are words that stand everywhere

_COLUMNS = {
    "partner_id": "bigint", "kind": "text", "listings": "int", "products": "bigint[]", "outcome": "text",
    "status": "smallint", "milliseconds": "int", "error": "text", "address": "text", "sent": "bytea",
    "answered": "bytea", "at": "timestamptz",
}  # fmt: skip
_KEEP = Prepared(
    "keep_a_call",
    f"INSERT INTO partners_call ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)}) RETURNING id",
    _COLUMNS,
)
_COUNT = Prepared(
    "count_an_empty_poll",
    "INSERT INTO partners_emptypolls (partner_id, hour, number) VALUES (%(partner)s, %(hour)s, 1)"
    " ON CONFLICT (partner_id, hour) DO UPDATE SET number = partners_emptypolls.number + 1 RETURNING number",
    {"partner": "bigint", "hour": "timestamptz"},
)


def keep(**columns) -> None:
    """A row of `Call`, of all its columns."""
    _KEEP.rows(**columns)


def count_empty(partner_id: int, at: datetime.datetime) -> None:
    """One more poll that brought nothing. `at`: in UTC."""
    _COUNT.rows(partner=partner_id, hour=at.replace(minute=0, second=0, microsecond=0))


def packed(bodies: list[bytes], kind: str, secrets: list[str]) -> bytes | None:
    """Bodies of a call as its row has them, blotted, several one below the other."""
    kept = [said for raw in bodies if (said := blot.body(raw, kind, secrets))]
    return zlib.compress(b"\n".join(kept), 1) if kept else None


def secrets_of(partner: PartnerMall) -> list[str]:
    """Every value of the partner's credentials that is long enough to be one, the longest first."""
    try:
        values = json.loads(partner.credentials).values()
    except (ValueError, AttributeError):
        return []
    return sorted(
        {str(value) for value in values if len(str(value)) >= SHORTEST_SECRET}, key=len, reverse=True
    )
