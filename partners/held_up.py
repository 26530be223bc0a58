"""Goods that wait for a person before a partner mall shows them, reason by reason."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from catalog.models import Product
from partners.causes import MENDED_BY_HAND, refusal
from partners.models import PartnerMall
from partners.standing import TO_MEND, Standing, at


@dataclass
class HeldUp:
    """Goods that stand alike for one reason. `code`: its own in `partners.causes`, empty where a mall says it
    in words only. `words`: in the reader's language. `products`: keys. `malls`: where, in their order.
    """

    standing: Standing
    code: str
    words: str
    products: set[int] = field(default_factory=set)
    malls: list[PartnerMall] = field(default_factory=list)


def held_up(partners: list[PartnerMall], products: QuerySet[Product]) -> list[HeldUp]:
    """What keeps these goods from these partners, what keeps most of them first; a query for each partner."""
    found: dict[tuple, HeldUp] = {}
    for partner in partners:
        rows = at(partner, products).filter(standing__in=TO_MEND).order_by()
        for pk, standing, code, text in rows.values_list(
            "pk", "standing", "there__error_code", "there__error_text"
        ):
            words = refusal(code, text)
            known = code if code in MENDED_BY_HAND else ""
            one = found.setdefault((standing, words), HeldUp(Standing(standing), known, words))
            one.products.add(pk)
            if partner not in one.malls:
                one.malls.append(partner)
    return sorted(found.values(), key=lambda one: (-len(one.products), one.words))
