"""Our categories in a partner's words. A category without a row of its own goes by its nearest ancestor's."""

from django.db import transaction
from django.db.models import QuerySet

from kmall.database import Prepared, parameter
from partners.connectors.reading import fits
from partners.mark import rules_changed
from partners.models import CategoryMap, PartnerMall, RemoteCategory
from partners.trail import note

MOST_CODE, MOST_NAME = (RemoteCategory._meta.get_field(name).max_length for name in ("code", "name"))


_CODES = Prepared(
    "codes_of_a_partner",
    lambda: (
        QuerySet(CategoryMap)
        .filter(partner=parameter("partner"))
        .values_list("category__path", "remote_code")
    ),
    {"partner": "bigint"},
)


def codes_of(partner: PartnerMall) -> dict[str, str]:
    """Path of each mapped category of ours to the partner's code."""
    return dict(_CODES.rows(partner=partner.pk))


def nearest(path: str, codes: dict[str, str]) -> str:
    """The path of the category or ancestor that has a code; empty where none has."""
    return next((above for above in upwards(path) if above in codes), "")


def upwards(path: str) -> list[str]:
    """The path itself, then those above it: 001.002. gives 001.002. and 001."""
    parts = path.rstrip(".").split(".")
    return [".".join(parts[:count]) + "." for count in range(len(parts), 0, -1)]


@transaction.atomic
def change_map(partner: PartnerMall, codes: dict[int, str], *, actor) -> int:
    """Give our categories (keys) the partner's codes, "" for none of their own. How many changed (writes)."""
    stored = dict(CategoryMap.objects.filter(partner=partner).values_list("category_id", "remote_code"))
    changed = {pk: code for pk, code in codes.items() if code != stored.get(pk, "")}
    if not changed:
        return 0
    CategoryMap.objects.filter(
        partner=partner, category__in=[pk for pk in changed if not changed[pk]]
    ).delete()
    CategoryMap.objects.bulk_create(
        [
            CategoryMap(partner=partner, category_id=pk, remote_code=code)
            for pk, code in changed.items()
            if code
        ],
        update_conflicts=True,
        unique_fields=["partner", "category"],
        update_fields=["remote_code"],
    )
    note(
        partner,
        "category_map",
        actor=actor,
        before={str(pk): stored.get(pk, "") for pk in changed},
        after={str(pk): code for pk, code in changed.items()},
    )
    rules_changed(partner)
    return len(changed)


@transaction.atomic
def map_row_changed(
    partner: PartnerMall, before: CategoryMap | None, after: CategoryMap | None, *, actor
) -> None:
    """One row was changed by itself: its partner's listings and trail, as `change_map` has them (writes)."""
    was, now = (
        {str(row.category_id): row.remote_code} if row and row.partner_id == partner.pk else {}
        for row in (before, after)
    )
    if was != now:
        bare = dict.fromkeys(was | now, "")
        note(partner, "category_map", actor=actor, before=bare | was, after=bare | now)
    rules_changed(partner)


@transaction.atomic
def keep_remote(partner: PartnerMall, categories) -> None:
    """Keep the partner's own tree as its interface lists it now (`connector.RemoteCategory`s) (writes)."""
    listed = {category.code: category for category in categories if _is_code(category.code)}
    rows = [
        RemoteCategory(
            partner=partner,
            code=code,
            name=category.name[:MOST_NAME],
            parent_code=category.parent[:MOST_CODE],
            is_leaf=category.is_leaf,
        )
        for code, category in listed.items()
    ]
    RemoteCategory.objects.filter(partner=partner).exclude(code__in=listed).delete()
    RemoteCategory.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["partner", "code"],
        update_fields=["name", "parent_code", "is_leaf"],
    )


def _is_code(code) -> bool:
    return isinstance(code, str) and 0 < len(code) <= MOST_CODE and fits(code)
