"""Freight of one seller's parcel: a dated table by weight and province."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from orders.models import FreightRule


class NoFreightRule(Exception):
    """No row of the freight table covers the day and province."""


@dataclass(frozen=True)
class FreightTable:
    """The rows that came into force together, newest on the day."""

    rules: tuple[FreightRule, ...]

    def rule_for(self, province_code: str) -> FreightRule:
        """The row that names the province; else, or while no province is known, the row for all others."""
        others = None
        for rule in self.rules:
            if province_code and province_code in rule.provinces:
                return rule
            if not rule.provinces:
                others = rule
        if others is None:
            raise NoFreightRule(province_code)
        return others

    def parcel_fen(self, *, weight_g: int, goods_fen: int, province_code: str = "") -> int:
        """Freight in fen: first weight, then each step begun; nothing from the rule's goods value up."""
        rule = self.rule_for(province_code)
        if rule.free_from_fen is not None and goods_fen >= rule.free_from_fen:
            return 0
        steps = max(0, -(-(weight_g - rule.first_g) // rule.step_g))
        return rule.first_fen + steps * rule.step_fen


def freight_at(on: datetime.date) -> FreightTable:
    """The table of a day. Raises `NoFreightRule` before the first one."""
    rules = list(FreightRule.objects.filter(valid_from__lte=on))  # newest first
    if not rules:
        raise NoFreightRule(on)
    return FreightTable(tuple(rule for rule in rules if rule.valid_from == rules[0].valid_from))


def begun() -> list[tuple]:
    """Every row that has come into force by today, as it stands."""
    return list(FreightRule.objects.filter(valid_from__lte=timezone.localdate()).values_list())
