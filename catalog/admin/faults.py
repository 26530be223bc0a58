"""What is wrong in the editor's forms, gathered on top: a phone shows one column of a SKU at a time."""

from django.utils.translation import gettext as _


def gathered(form, skus, attributes) -> list[tuple[str, str, str]]:
    """(id of the field, its label, what to do) for each fault, in the order of the page."""
    found = _of(form)
    for number, row in enumerate(skus, start=1):
        found += _of(row, before=f"SKU {number} · ")
    return found + _of(attributes)


def _of(form, before="") -> list[tuple[str, str, str]]:
    return [
        (field.id_for_label or field.auto_id, f"{before}{field.label}", str(text))
        for field in form
        for text in field.errors
    ]


def of_pictures(problem: str, chosen: int) -> list[str]:
    """What is said at the picture field: what was refused, and that a browser never sends files again."""
    said = [problem] if problem else []
    if chosen:
        said.append(_("Please choose the new pictures once more: a browser does not keep them."))
    return said
