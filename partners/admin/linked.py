"""A row of another list, as the way to its page."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html


def linked(row: Model | None) -> str:
    """A link to the row's page on the desk, under its name; a dash where there is none."""
    if row is None:
        return "–"
    view = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(view, args=[row.pk]), row)
