"""How a product stands at a partner, in one word: the same for the grid, its filter, its counts and its file.

One expression of the database decides, so that what is counted is what is shown.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from partners.causes import NOT_LISTABLE, reason
from partners.models import Listing, PartnerMall
from partners.rules import BadRule
from partners.select import chosen


class Standing(TextChoices):
    SHOWN = "shown", _("on sale there")
    SOLD_OUT = "sold_out", _("shown as sold out")
    PENDING = "pending", _("on its way")
    STOPPED = "stopped", _("waits: mall not active")
    REFUSED = "refused", _("refused by the mall")
    LACKING = "lacking", _("not listable")
    FAILING = "failing", _("failing, tried again")
    LEAVING = "leaving", _("being taken off")
    OUTSIDE = "outside", _("not chosen by the rule")
    OFF = "off", _("not on sale in our mall")


TO_MEND = (Standing.REFUSED, Standing.LACKING)  # waits for a person


@dataclass(frozen=True)
class Cell:
    """A product at a partner. `row` is its listing, None where there never was one."""

    partner: PartnerMall
    standing: Standing
    row: Listing | None

    @property
    def since(self) -> datetime.datetime | None:
        """When it came to stand so, as far as is known."""
        row = self.row
        if row is None:
            return None
        if self.standing == Standing.SHOWN:
            return row.applied_at or row.seen_at
        if self.standing == Standing.SOLD_OUT:
            return row.sold_out_at and max(row.sold_out_at, row.applied_at or row.sold_out_at)
        if self.standing in (*TO_MEND, Standing.FAILING):
            return row.outcome_at
        if self.standing in (Standing.PENDING, Standing.STOPPED, Standing.LEAVING):
            return row.due_since or row.accepted_at
        return None

    @property
    def reason(self) -> str:
        """What is wrong, in the reader's language; empty where nothing is."""
        return reason(self.row) if self.standing in (*TO_MEND, Standing.FAILING) else ""

    @property
    def stage(self) -> str:
        """Of what is on its way and not to be sent any more, how far it came: accepted there, or applied."""
        row = self.row
        is_under_way = self.standing == Standing.PENDING and row is not None and not row.is_due
        has_arrived = is_under_way and row.outcome in (Listing.Outcome.ACCEPTED, Listing.Outcome.OK)
        return str(row.get_outcome_display()) if has_arrived else ""

    @property
    def next_try(self) -> datetime.datetime | None:
        return self.row.next_try_at if self.standing == Standing.FAILING else None

    @property
    def is_older_shown(self) -> bool:
        """Whether an earlier version is still on the partner's page."""
        return self.standing in (*TO_MEND, Standing.FAILING) and self.row.is_shown


def at(partner: PartnerMall, products: QuerySet[Product]) -> QuerySet[Product]:
    """Products with their `standing` at the partner."""
    its_row = FilteredRelation("listings", condition=Q(listings__partner=partner))
    is_on_sale = Exists(Product.objects.on_sale().filter(pk=OuterRef("pk")))
    is_active = partner.state == PartnerMall.State.ACTIVE
    try:
        is_chosen = Exists(chosen(partner).filter(pk=OuterRef("pk")))
    except BadRule:  # the sync sends nothing either
        is_chosen, is_active = is_on_sale, False
    is_sold_out = Q(has_stock=False) | Q(there__sold_out_at__isnull=False)  # here, or of what it may sell
    whens = [
        When(~is_chosen & Q(there__confirmed_hash__gt=""), then=Value(Standing.LEAVING)),
        When(~is_on_sale, then=Value(Standing.OFF)),
        When(~is_chosen, then=Value(Standing.OUTSIDE)),
        When(
            there__outcome=Listing.Outcome.REFUSED,
            there__error_code__in=list(NOT_LISTABLE),
            then=Value(Standing.LACKING),
        ),
        When(there__outcome=Listing.Outcome.REFUSED, then=Value(Standing.REFUSED)),
        When(Q(there__is_shown=True) & is_sold_out, then=Value(Standing.SOLD_OUT)),
        When(Q(there__outcome__in=("failed", "unknown")) & Value(is_active), then=Value(Standing.FAILING)),
        When(there__is_shown=True, then=Value(Standing.SHOWN)),
    ]
    waiting = Standing.PENDING if is_active else Standing.STOPPED
    return products.annotate(there=its_row).annotate(standing=Case(*whens, default=Value(waiting)))


def cells(partners: Iterable[PartnerMall], ids: list[int]) -> dict[int, list[Cell]]:
    """The cells of these products, in the order of the partners; one query for each partner, and one."""
    partners = list(partners)
    rows = {
        (row.partner_id, row.product_id): row
        for row in Listing.objects.filter(product__in=ids, partner__in=partners)
    }
    found: dict[int, list[Cell]] = {pk: [] for pk in ids}
    for partner in partners:
        words = dict(at(partner, Product.objects.filter(pk__in=ids)).order_by().values_list("pk", "standing"))
        for pk in ids:
            if pk in words:
                found[pk].append(Cell(partner, Standing(words[pk]), rows.get((partner.pk, pk))))
    return found


def counts(partner: PartnerMall, products: QuerySet[Product]) -> dict[Standing, int]:
    """How many of these products stand how at the partner."""
    found = at(partner, products).order_by().values_list("standing").annotate(Count("pk"))
    return {Standing(word): number for word, number in found}
