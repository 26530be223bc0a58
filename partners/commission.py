"""What a partner earns of a sale: by the rule of the day for each line's category; docs/money.md (writes)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from kmall.money import half_up
from orders.commission import Earned, freeze_commission
from orders.models import Order
from partners.models import CommissionRule, PartnerMall
from partners.trail import note


@dataclass(frozen=True)
class Rule:
    """A dated rate of a branch of the category tree; an empty path is the whole mall.

    `rate` None: from that day on the branch goes by what is above it.
    """

    path: str
    valid_from: datetime.date
    rate: Decimal | None


def rules_of(partner: PartnerMall) -> list[Rule]:
    """All that was ever agreed with a partner, and what is planned."""
    rows = CommissionRule.objects.filter(partner=partner)
    rows = rows.annotate(path=Coalesce("category__path", Value("")))
    return [Rule(*row) for row in rows.values_list("path", "valid_from", "rate")]


def rate_on(rules: Iterable[Rule], path: str, day: datetime.date) -> Decimal:
    """The rate of a category on a day: of the nearest branch that has one in force, else none."""
    in_force: dict[str, Decimal | None] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        if rule.valid_from <= day and path.startswith(rule.path):
            in_force[rule.path] = rule.rate
    rates = (in_force[branch] for branch in sorted(in_force, key=len, reverse=True))
    return next((rate for rate in rates if rate is not None), Decimal(0))


def agreed(partner: PartnerMall, day: datetime.date) -> Decimal | None:
    """What a partner earns on a day wherever no branch has a rate of its own. None: nothing was agreed, so
    what is sold there would earn nothing, and would have earned nothing whatever is agreed later.
    """
    rules = CommissionRule.objects.filter(partner=partner, category=None, valid_from__lte=day)
    return rules.order_by("-valid_from").values_list("rate", flat=True).first()


@transaction.atomic
def agree(partner: PartnerMall, rate: Decimal, *, actor) -> None:
    """The whole mall earns `rate` from today on. For one in set-up: it has sold nothing yet (writes)."""
    today = timezone.localdate()
    if agreed(partner, today) == rate:
        return
    rule, _new = CommissionRule.objects.update_or_create(
        partner=partner, category=None, valid_from=today, defaults={"rate": rate}
    )
    note(partner, "commission_agreed", actor=actor, **in_the_trail(rule))


def in_the_trail(rule: CommissionRule) -> dict:
    """A rule as an entry of the trail keeps it; no category is the whole mall, no rate that of above."""
    rate = None if rule.rate is None else f"{rule.rate:.4f}"
    return {"category": rule.category_id, "rate": rate, "valid_from": f"{rule.valid_from}"}


def earned(rules: Iterable[Rule], lines: Iterable[tuple[int, str, int]], day: datetime.date) -> dict:
    """Rate and commission in fen of lines (key, category path, goods in fen), by key, each rounded."""
    found: dict[int, Earned] = {}
    for key, path, goods_fen in lines:
        rate = rate_on(rules, path, day)
        found[key] = (rate, half_up(goods_fen * rate))
    return found


def freeze(order: Order, partner: PartnerMall) -> int:
    """Freeze what a partner earns of an order on its lines, by the rules of its day; the sum in fen."""
    lines = order.lines.order_by("pk").values_list("pk", "category__path", "goods_fen")
    found = earned(rules_of(partner), lines, timezone.localdate(order.placed_at))
    freeze_commission(found)
    return sum(fen for _rate, fen in found.values())
