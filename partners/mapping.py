"""Numbers that partners sell our SKUs by: the one that we gave (`S201`), or one mapped by hand (writes)."""

import json
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from catalog.models import Sku
from partners.models import PartnerMall, PartnerOrder, SkuMap


def our_skus(partner: PartnerMall, names: Iterable[str]) -> dict[str, int]:
    """Our SKU's key by the name that it was sold by; names that nobody knows are left out."""
    names = set(names)
    mapped = dict(
        SkuMap.objects.filter(partner=partner, remote_sku__in=names).values_list("remote_sku", "sku")
    )
    numbers = {int(name[1:]): name for name in names - mapped.keys() if _is_ours(name)}
    known = Sku.objects.filter(pk__in=numbers).values_list("pk", flat=True)
    return mapped | {numbers[pk]: pk for pk in known}


def mapped_names(partner: PartnerMall, order: dict) -> dict[int, str]:
    """The partner's names in a told order that are not our own, by our SKU's key."""
    known = our_skus(partner, [str(line["out_sku_id"]) for line in order["lines"]])
    return {sku_id: name for name, sku_id in known.items() if name != f"S{sku_id}"}


def unknown_lines(row: PartnerOrder) -> list[dict]:
    """The lines of an order, as the partner told them, whose item nobody knows."""
    lines = _lines(row)
    known = our_skus(row.partner, [str(line["out_sku_id"]) for line in lines])
    return [line for line in lines if str(line["out_sku_id"]) not in known]


def known_skus(row: PartnerOrder) -> set[int]:
    """Keys of our SKUs that an order's other lines are of."""
    return set(our_skus(row.partner, [str(line["out_sku_id"]) for line in _lines(row)]).values())


@transaction.atomic
def map_items(partner: PartnerMall, chosen: Mapping[str, Sku], *, actor) -> list[SkuMap]:
    """A person says what a partner's items are. All orders that wait for it are due at once.

    What somebody else has said meanwhile of one of them stands: what was said otherwise, if anything.
    """
    SkuMap.objects.bulk_create(  # whoever maps the same at this moment has it first or waits for us
        [
            SkuMap(partner=partner, remote_sku=name, sku=sku, mapped_by=actor)
            for name, sku in sorted(chosen.items())
        ],
        ignore_conflicts=True,
    )
    waiting = partner.orders.filter(state=PartnerOrder.State.AWAITING_MAPPING)
    waiting.update(next_try_at=timezone.now(), attempts=0)
    known = SkuMap.objects.filter(partner=partner, remote_sku__in=chosen).select_related("sku__product")
    return [row for row in known if row.sku != chosen[row.remote_sku]]


def _lines(row: PartnerOrder) -> list[dict]:
    return json.loads(row.raw).get("lines", [])


def _is_ours(name: str) -> bool:
    return name[:1] == "S" and name[1:].isascii() and name[1:].isdecimal() and len(name) < 18
