"""Our categories in a partner's words. A category without a row of its own goes by its nearest ancestor's."""

from partners.models import CategoryMap, PartnerMall


def codes_of(partner: PartnerMall) -> dict[str, str]:
    """Path of each mapped category of ours to the partner's code."""
    rows = CategoryMap.objects.filter(partner=partner)
    return dict(rows.values_list("category__path", "remote_code"))


def nearest(path: str, codes: dict[str, str]) -> str:
    """The path of the category or ancestor that has a code; empty where none has."""
    while path and path not in codes:
        path = path.rstrip(".").rpartition(".")[0]
        path = path and f"{path}."
    return path
