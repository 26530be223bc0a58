"""All that was done with a mall: at its steps and lists (the audit trail) and at its form, newest first."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import CharField, F, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Category
from kmall.admin import ACTIONS
from kmall.desk_history import names_of, told
from kmall.models import AuditEntry
from partners.admin.commission import percent
from partners.admin.setup import rule
from partners.models import PartnerMall
from partners.trail import subject_of

PAGE_SIZE = 50
MOST_NAMED = 5


@dataclass(frozen=True)
class Deed:
    """`who`: None where no person did it. `details`: what exactly, a line each."""

    at: datetime.datetime
    who: object
    what: str
    details: list[str] = field(default_factory=list)


def page(partner: PartnerMall, model_admin, number):
    """A page of `Deed`s; `number` as the address has it."""
    trail = AuditEntry.objects.filter(subject=subject_of(partner.code)).order_by()
    forms = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(PartnerMall), object_id=str(partner.pk)
    ).order_by()
    rows = _marked(trail, "trail", "at").union(_marked(forms, "form", "action_time"), all=True)
    found = Paginator(rows.order_by("-moment", "-kind"), PAGE_SIZE).get_page(number)
    keys = [(kind, pk) for _moment, kind, pk in found.object_list]
    entries = _fetched(AuditEntry, "trail", keys) | _fetched(LogEntry, "form", keys)
    names = names_of(model_admin)
    found.object_list = [
        _of_trail(entries[key]) if key[0] == "trail" else _of_form(entries[key], names) for key in keys
    ]
    return found


def _marked(rows, kind: str, moment: str):
    rows = rows.annotate(moment=F(moment), kind=Value(kind, output_field=CharField()))
    return rows.values_list("moment", "kind", "pk")


def _fetched(model, kind: str, keys: list[tuple]) -> dict[tuple, object]:
    who = "actor" if model is AuditEntry else "user"
    rows = model.objects.select_related(who).in_bulk([pk for one, pk in keys if one == kind])
    return {(kind, pk): row for pk, row in rows.items()}


def _of_form(entry: LogEntry, names: dict[str, str]) -> Deed:
    return Deed(entry.action_time, entry.user, told(entry, names))


def _of_trail(entry: AuditEntry) -> Deed:
    words = DETAILS.get(entry.action)
    details = words(entry.data) if words else []
    return Deed(entry.at, entry.actor, str(ACTIONS.get(entry.action, entry.action)), details)


def _changed(data: dict, show=lambda _name, value: value) -> list[str]:
    """Fields of the mall that differ, by their names, before and after."""
    before, after = data.get("before", {}), data.get("after", {})
    names = {name: str(PartnerMall._meta.get_field(name).verbose_name) for name in after}
    return [
        _arrow(names[name], show(name, before.get(name, "")), show(name, after[name]))
        for name in after
        if before.get(name) != after[name]
    ]


def _arrow(name: str, before, after) -> str:
    return f"{name}: {before or '–'} → {after or '–'}"


def _terms(data: dict) -> list[str]:
    return _changed(data, _term)


def _term(name: str, value) -> str:
    if name == "rule":
        return rule.stands(PartnerMall(rule=value))[1]
    if name == "safety_stock":
        return f"{Decimal(value).normalize():f}"
    return percent(Decimal(value))


def _map(data: dict) -> list[str]:
    before, after = data.get("before", {}), data.get("after", {})
    rows = Category.objects.in_bulk([int(pk) for pk in after])
    named = [(str(rows[int(pk)]) if int(pk) in rows else pk, pk) for pk in after]
    return _first([_arrow(name, before.get(pk), after[pk]) for name, pk in named])


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_NAMED
    return [*lines[:MOST_NAMED], _("and %s more") % more] if more > 0 else lines


def _commission(data: dict) -> list[str]:
    category = Category.objects.filter(pk=data["category"]).first() if data["category"] else None
    rate = None if data["rate"] is None else Decimal(data["rate"])
    agreed = _("from %(day)s %(rate)s") % {"day": data["valid_from"], "rate": percent(rate)}
    return [f"{category or _('the whole mall')}: {agreed}"]


def _goods(data: dict) -> list[str]:
    n = len(data.get("products", ()))
    return [ngettext("%(n)s product", "%(n)s products", n) % {"n": n}]


def _call(data: dict) -> list[str]:
    return [_("it answered") if data.get("is_answered") else _("no answer that counts")]


def _number(name: str):
    return lambda data: [str(data[name])] if name in data else []


DETAILS = {
    "move_partner": _changed,
    "partner_terms": _terms,
    "category_map": _map,
    "commission_agreed": _commission,
    "commission_taken_back": _commission,
    "test_call": _call,
    "listings_sent_again": _goods,
    "statement_fetched_again": _number("day"),
    "order_tried_again": _number("order"),
    "order_refused": _number("order"),
    "order_set_aside": _number("order"),
    "request_ticked_off": _number("request"),
}
