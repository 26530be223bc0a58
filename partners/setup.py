"""Open a partner mall or a market, with the rows of other apps that it needs (writes)."""

import json

from django.db import transaction
from django.utils import timezone

from catalog.models import Category
from orders.models import Channel
from partners.mark import rules_changed
from partners.models import CategoryMap, Display, Market, PartnerMall


@transaction.atomic
def open_partner(
    *,
    code: str,
    connector: str,
    name_ko: str,
    name_zh_hans: str,
    base_url: str,
    home_url: str,
    credentials: dict,
    categories: dict[str, str],
    commission: str = "0",
    **rules,
) -> PartnerMall:
    """A partner mall with its channel and category map, active; all that its rule selects becomes due.

    `categories`: slug of ours to the partner's code; a category goes by its nearest mapped ancestor.
    `commission`: what it earns from today on. `rules`: further fields of `PartnerMall` (colour, price_factor,
    rule, …).
    """
    names = {"name_ko": name_ko, "name_zh_hans": name_zh_hans}
    channel, _ = Channel.objects.get_or_create(
        code=code, defaults={"kind": Channel.Kind.PARTNER, "name": name_ko, **names}
    )
    partner = PartnerMall.objects.create(
        code=code,
        connector=connector,
        channel=channel,
        state=PartnerMall.State.ACTIVE,
        base_url=base_url,
        home_url=home_url,
        credentials=json.dumps(credentials),
        **names,
        **rules,
    )
    ours = dict(Category.objects.filter(slug__in=categories).values_list("slug", "pk"))
    CategoryMap.objects.bulk_create(
        CategoryMap(partner=partner, category_id=ours[slug], remote_code=remote)
        for slug, remote in categories.items()
        if slug in ours
    )
    partner.commission_rules.create(rate=commission, valid_from=timezone.localdate())
    rules_changed(partner)
    return partner


@transaction.atomic
def open_market(
    *, code: str, name_ko: str, name_zh_hans: str, place_ko: str, place_zh_hans: str, displays: list[dict]
) -> Market:
    """A market with its displays, each with a channel of its own.

    `displays`: dicts of `code`, `name_ko`, `name_zh_hans`, `person` and `products` (keys, in order).
    """
    market = Market.objects.create(
        code=code, name_ko=name_ko, name_zh_hans=name_zh_hans, place_ko=place_ko, place_zh_hans=place_zh_hans
    )
    for row in displays:
        names = {"name_ko": row["name_ko"], "name_zh_hans": row["name_zh_hans"]}
        channel = Channel.objects.create(code=row["code"], kind=Channel.Kind.DISPLAY, **names)
        display = Display.objects.create(
            market=market, channel=channel, code=row["code"], person=row.get("person", ""), **names
        )
        for position, product_id in enumerate(row["products"]):
            display.products.create(product_id=product_id, position=position)
    return market
