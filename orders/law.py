"""Limits of the channel with dates and sources, and freight to start with. Rows of staff are left alone."""

import datetime

from orders.models import FreightRule, ImportLimit

# an order, a person and year (fen), from, source
IMPORT_LIMITS = [
    (200_000, 2_000_000, datetime.date(2016, 4, 8), "财关税〔2016〕18号"),
    (500_000, 2_600_000, datetime.date(2019, 1, 1), "财关税〔2018〕49号"),
]

START = datetime.date(2025, 1, 1)
# Xinjiang, Tibet, Qinghai, Inner Mongolia, Gansu, Ningxia: farther from the airports of entry.
FAR = "65,54,63,15,62,64"
# provinces, first g and fen, step g and fen, free from fen of one seller's goods
FREIGHT_RULES = [("", 500, 1_800, 500, 600, 19_900), (FAR, 500, 2_800, 500, 1_000, 39_900)]


def enact(**_) -> None:
    """Put in the rows that are not there yet: after every migrate."""
    ImportLimit.objects.bulk_create(
        [
            ImportLimit(order_fen=order, year_fen=year, valid_from=start, source=source)
            for order, year, start, source in IMPORT_LIMITS
        ],
        ignore_conflicts=True,
    )
    if FreightRule.objects.exists():
        return
    FreightRule.objects.bulk_create(
        FreightRule(
            valid_from=START,
            zone=zone,
            first_g=first_g,
            first_fen=first_fen,
            step_g=step_g,
            step_fen=step_fen,
            free_from_fen=free,
        )
        for zone, first_g, first_fen, step_g, step_fen, free in FREIGHT_RULES
    )
