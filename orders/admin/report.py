"""What the desk's reports share: the period, what they are broken down by, numbers in words, files."""

import datetime
from collections.abc import Iterable

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from orders.reports import export, periods

MOST_ROWS = 100  # on the page; the file has all


def _day(label) -> forms.DateField:
    bounds = [MinValueValidator(periods.FIRST), MaxValueValidator(periods.LAST)]
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), validators=bounds)


class PeriodForm(forms.Form):
    """Days are in the mall's time zone; a period ends where it begins or later."""

    first = _day(gettext_lazy("from"))
    last = _day(gettext_lazy("to"))

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned


def default_period() -> dict:
    """Twelve months: from the first of the month eleven months ago to today."""
    today = timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 - 11, 12)
    return {"first": datetime.date(year, month + 1, 1).isoformat(), "last": today.isoformat()}


def asked(request) -> dict:
    """What a report's form is bound to: what was asked, of the last twelve months where no period was."""
    return {**default_period(), **request.GET.dict()}


def broken_down(request, labels: dict, usual: str) -> tuple[str, list[tuple[str, str, bool]]]:
    """What the rows are by, and a tab for each way: label, address, whether it is chosen."""
    by = request.GET.get("by")
    by = by if by in labels else usual
    rest = without(request, "by", "as")
    return by, [(label, f"?{rest}&by={key}", key == by) for key, label in labels.items()]


def table(request, rows: list[dict], dimension: str) -> dict:
    """What the report's template shows of the rows, and when they were counted."""
    return {
        "dimension": dimension,
        "rows": rows[:MOST_ROWS],
        "left_out": len(rows) - MOST_ROWS,
        "as_of": timezone.now(),
        "query": without(request, "as"),
    }


def wants_file(request) -> bool:
    return request.GET.get("as") in ("csv", "xlsx")


def as_file(request, name: str, head: list[str], lines: Iterable[list]):
    """The rows as the file that was asked for."""
    make = export.as_csv if request.GET["as"] == "csv" else export.as_xlsx
    return make(name, head, lines)


def change(now: int, before: int) -> int | None:
    """Growth in tenths of a per cent, toward zero; None where there is nothing to compare with."""
    return int((now - before) * 1000 / before) if before else None


def short_yuan(fen: int) -> str:
    """Yuan in ten thousands, as Korean and Chinese count: tenths, below one hundredths (a grid of 0.25).

    In thousands and their tenths where English is read.
    """
    if fen == 0:
        return "0"
    if get_language() == "en":
        thousands, tenths = divmod(fen // 10_000, 10)
        return f"{thousands:,}.{tenths}k".replace(".0k", "k")
    whole, hundredths = divmod(fen // 10_000, 100)
    places = f"{hundredths // 10}" if whole else f"{hundredths:02d}"
    return _("%s×10k") % f"{whole}.{places}".rstrip("0").rstrip(".")


def under_chart(by: str, key: str) -> str:
    """What stands under a column of a day, 2026-11-30, or of a month, 2026-11."""
    return (pgettext("month under a chart", "%d") if by == "month" else "%d") % int(key[-2:])


def without(request, *names) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
