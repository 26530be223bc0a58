"""Files that a mall dropped with rows that could not be taken: which rows, and why."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin.scope import DeskAdmin
from partners.faulty_files import is_told, said
from partners.models import FaultyFile


@admin.register(FaultyFile)
class FaultyFileAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("received_at", "partner", "name", "rows", "told_word")
    list_filter = ("partner",)
    search_fields = ("name",)
    list_select_related = ("partner",)
    fields = readonly_fields = ("partner", "name", "received_at", "told_at", "each")

    @admin.display(description=_("rows not taken"))
    def rows(self, file):
        count = len({fault["line"] for fault in file.faults})
        return ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}

    @admin.display(description=_("told to the partner"), ordering="told_at")
    def told_word(self, file):
        if file.told_at is None and not is_told(file.partner):
            return "–"
        if file.told_at is None:
            return format_html('<span class="tag wait">{}</span>', _("not told yet"))
        return format_html('<span class="tag good">{}</span>', _("told"))

    @admin.display(description=_("faults"))
    def each(self, file):
        """Line, column and words of each; the cell as it stands where it is nobody's data."""
        lines = ((in_words(fault), _cell(fault)) for fault in file.faults)
        rows = format_html_join("", "<li>{} {}</li>", lines)
        return format_html("<ul>{}</ul>", rows)


def _cell(fault: dict):
    """What stands in it, or that it is not shown. One kept before that was noted has no `is_hidden`."""
    if fault.get("is_hidden"):
        return format_html('<span class="quiet">{}</span>', _("(not shown: it may be about a person)"))
    return format_html("<code>{}</code>", fault["text"]) if fault["text"] else ""


def in_words(fault: dict) -> str:
    """Where in the file it is and what is wrong there."""
    where = (_("Line %(line)s") % fault, fault["column"], said(fault["code"]))
    return " · ".join(part for part in where if part)
