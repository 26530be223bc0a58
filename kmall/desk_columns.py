"""Columns of the desk that Django shows as a program would: yes and no, and texts without their language."""

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kmall.languages import in_language, keep_in, language_of


def yes_or_no(value: bool) -> SafeString:
    """Django's icon, which says in the reader's language what it shows."""
    icon, word = ("yes", _("Yes")) if value else ("no", _("No"))
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{icon}.svg"), word)


def written(name: str, label, tag: str):
    """A column or read-only field that shows `name`, a text of one language: `tag`, as HTML names it."""
    return _column(name, label, lambda text: in_language(text, tag))


class Columns:
    """Mix in before an admin class or an inline. `kept_in`: the language, as HTML names it, of fields that
    are always written in one, by name; columns of a translated field need not be named.
    """

    kept_in: dict[str, str] = {}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A box for text of one language says which."""
        box = super().formfield_for_dbfield(db_field, request, **kwargs)
        if box and (tag := self._language_of(db_field.name)):
            keep_in(box, tag)
        return box

    def as_shown(self, name):
        """What a list, or a page on which nothing is typed, shows for an entry of its columns or fields."""
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:  # a method's name, or a function
            return name
        if isinstance(field, BooleanField):
            return _column(name, field.verbose_name, yes_or_no)
        tag = self._language_of(name)
        return written(name, field.verbose_name, tag) if tag else name

    def _language_of(self, name: str) -> str:
        return self.kept_in.get(name) or language_of(name)


def _column(name: str, label, show):
    @admin.display(description=label, ordering=name)
    def shown(row):
        value = getattr(row, name)
        return value if value in (None, "") else show(value)

    shown.__name__ = name
    return shown
