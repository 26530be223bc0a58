"""Open a partner mall or a market, with the rows of other apps that it needs (writes)."""

import json

from django.db import transaction
from django.utils import timezone

from catalog.models import Category
from kmall.models import AuditEntry
from orders.models import Channel
from partners.mark import rules_changed
from partners.models import CategoryMap, Display, DisplayProduct, Market, PartnerMall
from partners.rules import BadRule, Rule

TERMS = "rule", "price_factor", "stock_share", "safety_stock"


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
    rule: dict | None = None,
    **rules,
) -> PartnerMall:
    """A partner mall with its channel and category map, active; all that its rule selects becomes due.

    `categories`: slug of ours to the partner's code; a category goes by its nearest mapped ancestor.
    `commission`: what it earns from today on.
    `rule`: as `partners.rules` describes it, but with the categories' slugs. Raises `BadRule`.
    `rules`: further fields of `PartnerMall` (colour, price_factor, …).
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
        rule=_by_keys(rule or {}),
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


def _by_keys(rule: dict) -> dict:
    slugs = rule.get("categories", [])
    keys = dict(Category.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    if unknown := [slug for slug in slugs if slug not in keys]:
        raise BadRule(f"unknown categories: {unknown}")
    return Rule.read(rule | {"categories": [keys[slug] for slug in slugs]}).data()


@transaction.atomic
def begin_partner(
    *, code: str, connector: str, name_ko: str, name_zh_hans: str, base_url: str, home_url: str, actor
) -> PartnerMall:
    """A partner mall with its channel, to be set up; nothing is sent there before `start_partner`."""
    names = {"name_ko": name_ko, "name_zh_hans": name_zh_hans}
    channel = Channel.objects.create(code=code, kind=Channel.Kind.PARTNER, **names)
    partner = PartnerMall.objects.create(
        code=code, connector=connector, channel=channel, base_url=base_url, home_url=home_url, **names
    )
    _note(partner, "begin_partner", actor)
    return partner


@transaction.atomic
def move_partner(partner: PartnerMall, *, actor, **fields) -> None:
    """Change a mall's connector, names or addresses; another connector or address has to be tried anew."""
    stored = PartnerMall.objects.get(pk=partner.pk)
    if all(getattr(stored, name) == value for name, value in fields.items()):
        return
    if any(getattr(stored, name) != fields.get(name, "") for name in ("connector", "base_url")):
        fields["tested_at"] = None
    if stored.connector != fields["connector"]:
        fields["credentials"] = ""
    PartnerMall.objects.filter(pk=partner.pk).update(**fields)
    names = {name: fields[name] for name in ("name_ko", "name_zh_hans", "code")}
    Channel.objects.filter(pk=stored.channel_id).update(**names)
    _note(partner, "move_partner", actor)
    rules_changed(partner)


@transaction.atomic
def start_partner(partner: PartnerMall, *, actor) -> bool:
    """Begin to send: all that the rule selects becomes due. False where the mall was started before."""
    setup = PartnerMall.objects.filter(pk=partner.pk, state=PartnerMall.State.SETUP)
    if not setup.update(state=PartnerMall.State.ACTIVE, state_note=""):
        return False
    partner.state = PartnerMall.State.ACTIVE
    _note(partner, "start_partner", actor)
    rules_changed(partner)
    return True


def _note(partner: PartnerMall, deed: str, actor) -> None:
    AuditEntry.objects.create(actor=actor, action=deed, subject=f"partners.partnermall:{partner.code}")


@transaction.atomic
def change_terms(partner: PartnerMall, proposed: PartnerMall, *, actor) -> None:
    """Give a mall the rule and price rule of `proposed`; its listings become due, the trail has both."""
    before, after = terms_of(partner), terms_of(proposed)
    if before == after:
        return
    PartnerMall.objects.filter(pk=partner.pk).update(**{name: getattr(proposed, name) for name in TERMS})
    AuditEntry.objects.create(
        actor=actor,
        action="partner_terms",
        subject=f"partners.partnermall:{partner.code}",
        data={"before": before, "after": after},
    )
    rules_changed(proposed)


def terms_of(partner: PartnerMall) -> dict:
    """What of a mall decides which goods it gets at what price; numbers as text of four decimals."""
    return {name: partner.rule if name == "rule" else f"{getattr(partner, name):.4f}" for name in TERMS}


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
        display = Display(market=market, code=row["code"], person=row.get("person", ""), **names)
        save_display(display)
        for position, product_id in enumerate(row["products"], start=1):
            display.products.create(product_id=product_id, position=position)
    return market


@transaction.atomic
def save_display(display: Display) -> None:
    """Save a display with its sales channel, which is called as the display is (writes)."""
    names = {"name_ko": display.name_ko, "name_zh_hans": display.name_zh_hans}
    if display.channel_id is None:
        display.channel = Channel.objects.create(code=display.code, kind=Channel.Kind.DISPLAY, **names)
    else:
        Channel.objects.filter(pk=display.channel_id).update(**names)
    display.save()


@transaction.atomic
def arrange(display: Display, wanted: dict[int, int | None]) -> None:
    """Number a display's products 1, 2, 3 … after somebody typed places (writes).

    `wanted`: item to the place typed for it; None puts it last. The others keep their order around them.
    """
    items = list(display.products.order_by("position", "pk"))
    line = [item for item in items if item.pk not in wanted]
    moved = [item for item in items if item.pk in wanted]
    for item in sorted(moved, key=lambda item: wanted[item.pk] or len(items)):
        place = wanted[item.pk]
        line.insert(len(line) if place is None else max(place - 1, 0), item)
    for number, item in enumerate(line, start=1):
        item.position = number
    DisplayProduct.objects.bulk_update(line, ["position"])
