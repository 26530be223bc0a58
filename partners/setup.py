"""Open a partner mall with the rows of other apps that it needs, and change what was agreed (writes)."""

import json

from django.db import transaction
from django.utils import timezone

from catalog.models import Category
from orders.models import Channel
from partners import locks
from partners.mark import rules_changed
from partners.models import CategoryMap, PartnerMall
from partners.rules import BadRule, Rule
from partners.trail import note, renamed

TERMS = "rule", "price_factor", "stock_share", "safety_stock"
# How the mall may be called; none of it changes what it gets.
LIMITS = "batch_size", "calls_per_second", "batches_at_once", "orders_at_once", "call_seconds"


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
    *,
    code: str,
    connector: str,
    name_ko: str,
    name_zh_hans: str,
    base_url: str,
    home_url: str,
    actor,
    **limits: int,
) -> PartnerMall:
    """A partner mall with its channel, to be set up; nothing is sent there before `start_partner`."""
    names = {"name_ko": name_ko, "name_zh_hans": name_zh_hans}
    channel = Channel.objects.create(code=code, kind=Channel.Kind.PARTNER, **names)
    partner = PartnerMall.objects.create(
        code=code,
        connector=connector,
        channel=channel,
        base_url=base_url,
        home_url=home_url,
        **names,
        **limits,
    )
    note(partner, "begin_partner", actor=actor)
    return partner


@transaction.atomic
def move_partner(partner: PartnerMall, *, actor, **fields) -> None:
    """Change a mall's connector, names, addresses or limits; another connector or address has to be tried
    anew.
    """
    stored = locks.partner_mall(partner.pk)
    changed = {name for name, value in fields.items() if getattr(stored, name) != value}
    if not changed:
        return
    if any(getattr(stored, name) != fields.get(name, "") for name in ("connector", "base_url")):
        fields["tested_at"] = None
    if stored.connector != fields["connector"]:
        fields |= {"credentials": "", "spare_credentials": "", "spare_until": None}
    PartnerMall.objects.filter(pk=partner.pk).update(**fields)
    names = {name: fields[name] for name in ("name_ko", "name_zh_hans", "code")}
    Channel.objects.filter(pk=stored.channel_id).update(**names)
    if "code" in changed:
        renamed(stored.code, fields["code"])
    before = {name: getattr(stored, name) for name in sorted(changed)}
    note(partner, "move_partner", actor=actor, before=before, after={name: fields[name] for name in before})
    if changed - set(LIMITS):
        rules_changed(partner)


@transaction.atomic
def start_partner(partner: PartnerMall, *, actor) -> bool:
    """Begin to send: all that the rule selects becomes due. False where the mall was started before."""
    setup = PartnerMall.objects.filter(pk=partner.pk, state=PartnerMall.State.SETUP)
    if not setup.update(state=PartnerMall.State.ACTIVE, state_note=""):
        return False
    partner.state = PartnerMall.State.ACTIVE
    note(partner, "start_partner", actor=actor)
    rules_changed(partner)
    return True


@transaction.atomic
def change_terms(partner: PartnerMall, proposed: PartnerMall, *, actor) -> None:
    """Give a mall the rule and price rule of `proposed`; its listings become due, the trail has both."""
    before, after = terms_of(partner), terms_of(proposed)
    if before == after:
        return
    PartnerMall.objects.filter(pk=partner.pk).update(**{name: getattr(proposed, name) for name in TERMS})
    note(partner, "partner_terms", actor=actor, before=before, after=after)
    rules_changed(proposed)


def terms_of(partner: PartnerMall) -> dict:
    """What of a mall decides which goods it gets at what price; numbers as text of four decimals."""
    return {name: partner.rule if name == "rule" else f"{getattr(partner, name):.4f}" for name in TERMS}
