"""Rows picked by hand: one a line, by number, code or name; a list from a spreadsheet can be pasted."""

import re

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Product, Seller
from kmall.languages import listed

MOST_LINES = 2000
MOST_TOLD = 5


class LinesField(forms.CharField):
    """Keys of rows as typed. `letter` stands before a row's number; `names` are further look-ups."""

    model: type[Model]
    letter = ""
    names: tuple[str, ...] = ()

    def __init__(self, **options):
        area = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(**{"required": False, "widget": area} | options)

    def rows(self) -> QuerySet:
        return self.model.objects.all()

    def as_text(self, keys) -> str:
        """What the box shows for these keys: a number that is read again, and the name."""
        rows = self.rows().in_bulk(list(keys))
        return "\n".join(f"{self.letter}{key} {rows[key]}" for key in keys if key in rows)

    def clean(self, value) -> tuple[int, ...]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("At most %s lines.") % MOST_LINES)
        found = self._found(lines)
        unknown = [line for line in lines if line not in found]
        if unknown:
            told = listed(f"“{line[:40]}”" for line in unknown[:MOST_TOLD])
            more = len(unknown) - MOST_TOLD
            raise forms.ValidationError(
                _("Not found: %(lines)s and %(more)s more.") % {"lines": told, "more": more}
                if more > 0
                else _("Not found: %s. Write a number, a code or the whole name.") % told
            )
        return tuple(dict.fromkeys(found[line] for line in lines))

    def _found(self, lines: list[str]) -> dict[str, int]:
        """Line to key; a number is believed before a name, and a name that two rows have finds neither."""
        numbered = {line: int(match[1]) for line in lines if (match := self._number(line))}
        known = set(self.rows().filter(pk__in=numbered.values()).values_list("pk", flat=True))
        found = {line: key for line, key in numbered.items() if key in known}
        for name in self.names:
            rows: dict[str, set] = {}
            for text, key in self.rows().filter(**{f"{name}__in": lines}).values_list(name, "pk"):
                rows.setdefault(text, set()).add(key)
            found = {text: keys.pop() for text, keys in rows.items() if len(keys) == 1} | found
        return found

    def _number(self, line: str):
        return re.match(rf"{self.letter}(\d{{1,9}})(?=\s|$)", line)


class ProductLines(LinesField):
    model = Product
    letter = "P"
    names = ("skus__code", "name_ko", "name_zh_hans")


class SellerLines(LinesField):
    model = Seller
    letter = "S"
    names = ("brn", "name_ko", "name_zh_hans")
