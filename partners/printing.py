"""A display's labels printed where some of them hang already: as they are, where needed, or all anew."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from partners import labels, locks
from partners.models import Display, DisplayProduct, Label


class Way(StrEnum):
    AGAIN = "again"  # the numbers in force as they are, for a print that was lost or damaged
    LACKING = "lacking"  # only goods whose label is out of date or that have none
    ANEW = "anew"  # new numbers for all; what hangs is superseded


class PrintedSince(Exception):
    """Other labels of the display are in force than the choice was made about."""


@dataclass(frozen=True)
class Print:
    """Labels in force of one day and one person (None: nobody's, or no longer known)."""

    day: datetime.date
    by: str | None
    count: int


@dataclass(frozen=True)
class Today:
    """How many labels could be printed today, and how many of those in force are out of date."""

    lacking: int
    all: int
    outdated: int


def in_force(display: Display) -> QuerySet[Label]:
    """In the order in which they were printed."""
    return display.labels.filter(superseded_at=None).order_by("pk")


def newest(display: Display) -> int | None:
    """The key of the label in force that was numbered last."""
    return in_force(display).values_list("pk", flat=True).last()


def prints(display: Display) -> list[Print]:
    """Of the labels in force, the last first."""
    by = ("printed_by__name", "printed_by__email", "printed_by__phone")
    rows = in_force(display).annotate(day=TruncDate("printed_at"))
    counted = rows.values_list("day", *by).annotate(n=Count("pk")).order_by("-day", *by)
    return [Print(day, next(filter(None, who), None), n) for day, *who, n in counted]


def superseded_there(display: Display) -> int:
    """How many papers may hang there whose number is superseded."""
    return display.labels.filter(taken_away_at=None).exclude(superseded_at=None).count()


def today(display: Display) -> Today:
    """A fixed number of queries. Raises as `labels.outdated`."""
    there, shelf = in_force(display), set(display.products.values_list("product_id", flat=True))
    day = labels.day_of(shelf.union(there.values_list("product_id", flat=True)))
    wrong = labels.outdated(there, day)
    lacking = sum(item.product_id in day.offers for item in _lacking(display, wrong))
    return Today(lacking, len(shelf & day.offers.keys()), len(wrong))


@transaction.atomic
def print_labels(display: Display, way: Way, *, seen: int | None = None, by=None) -> list[Label]:
    """What to print, in the display's order; new numbers are written, and supersede (writes).

    `seen`: what `newest` was when all were to be numbered anew. Raises `PrintedSince` where that is no
    longer so, otherwise as `labels.number_labels`.
    """
    list(locks.displays([display.pk]))
    if way == Way.AGAIN:
        return list(in_force(display))
    if way == Way.LACKING:
        return labels.number_labels(_lacking(display, labels.outdated(in_force(display))), by=by)
    if newest(display) != seen:
        raise PrintedSince
    return labels.number_labels(display.products.order_by("position", "pk"), by=by)


def _lacking(display: Display, wrong: list[labels.Outdated]) -> list[DisplayProduct]:
    """Its goods without a label in force, or with one of these; also such as cannot be printed today."""
    of_wrong = {row.label.product_id for row in wrong}
    right = set(in_force(display).values_list("product_id", flat=True)) - of_wrong
    items = display.products.order_by("position", "pk")
    return [item for item in items if item.product_id not in right]
