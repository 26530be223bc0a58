"""The displays' report: from scan to order by market, display, product, hour; figures, chart, files."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita
from catalog.models import Product
from kmall.money import yuan
from orders.admin import report
from orders.admin.report import PeriodForm, change, short_yuan
from orders.reports import chart, periods
from partners import footfall
from partners.footfall import Footfall, Where
from partners.models import Display, Market

TABS = {
    "market": gettext_lazy("Market"),
    "display": gettext_lazy("Display"),
    "product": gettext_lazy("Product"),
    "hour": gettext_lazy("Hour of the day"),
    "day": gettext_lazy("Day"),
    "month": gettext_lazy("Month"),
}
FIGURES = ("scans", "visitors", "carts", "orders", "gross_fen")
BY_TIME = ("hour", "day", "month")


class ReportForm(PeriodForm):
    market = forms.ModelChoiceField(
        label=gettext_lazy("market"),
        queryset=Market.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    display = forms.ModelChoiceField(
        label=gettext_lazy("display"),
        queryset=Display.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )

    def where(self) -> Where:
        first, last, market, display = (
            self.cleaned_data[name] for name in ("first", "last", "market", "display")
        )
        return Where(first, last, market.pk if market else None, display.pk if display else None)


def view(request):
    """The page for KITA, or its rows as a file."""
    if not is_kita(request.user):
        raise PermissionDenied
    form = ReportForm(report.asked(request))
    by, tabs = report.broken_down(request, TABS, "display")
    context = admin.site.each_context(request) | {"title": _("Display report"), "form": form, "tabs": tabs}
    if not form.is_valid():
        return render(request, "admin/partners/display_report.html", context)
    where = form.where()
    rows = rows_of(by, where)
    if report.wants_file(request):
        return _download(request, by, rows)
    context |= report.table(request, rows, TABS[by]) | _figures(where) | {"chart": _chart(where)}
    return render(request, "admin/partners/display_report.html", context)


def rows_of(by: str, where: Where) -> list[dict]:
    """Rows with their growth of orders' value against the period before, and where their figures come from.

    Hours ascend, days and months descend, others come by value and scans.
    """
    found, earlier = footfall.by(by, where), {}
    if by not in ("day", "month"):
        earlier = footfall.by(by, where.before())
    names = _names(by, found)
    rows = [
        {
            "key": key,
            "name": names.get(key) or _("unknown"),
            "is": counts,
            "change": change(counts.gross_fen, earlier.get(key, Footfall()).gross_fen),
            "links": links(where, by, key),
        }
        for key, counts in found.items()
    ]
    if by in BY_TIME:
        return sorted(rows, key=lambda row: row["key"].zfill(2), reverse=by != "hour")
    return sorted(rows, key=lambda row: (-row["is"].gross_fen, -row["is"].scans, row["name"]))


def links(where: Where, by: str = "", key: str = "") -> dict[str, str]:
    """Addresses of the very rows that the figures were counted from."""
    first, last = where.first, where.last
    if by in ("day", "month"):
        first, last = periods.span_of(by, key, first, last)
    place = {"market": where.market, "display": where.display} | ({by: key} if by in TABS else {})
    place = {name: place.get(name) for name in ("market", "display", "product", "hour")}
    days = {"from_day": first, "to_day": last}
    scans, visits = _list("scan", days | place), _list("visit", days | place | {"came_from": "display"})
    orders = _list("credit", {"paid_from": first, "paid_to": last} | place | {"came_from": "display"})
    return {"scans": scans, "visitors": visits, "carts": f"{visits}&carted=1", "orders": orders}


def _list(model: str, query: dict) -> str:
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return reverse(f"admin:partners_{model}_changelist") + "?" + urlencode(kept)


def _figures(where: Where) -> dict:
    now, before = footfall.total(where), footfall.total(where.before())
    changes = {name: change(getattr(now, name), getattr(before, name)) for name in FIGURES}
    permille = now.orders * 1000 // now.visitors if now.visitors else 0
    return {"now": now, "changes": changes, "links": links(where), "bought_permille": permille}


def _names(by: str, keys) -> dict[str, str]:
    if by in ("day", "month"):
        return {key: periods.name_of(by, key) for key in keys}
    if by == "hour":
        return {key: f"{int(key):02}:00–{int(key):02}:59" for key in keys if key}
    model = {"market": Market, "display": Display, "product": Product}[by]
    return {str(row.pk): row.name for row in model.objects.filter(pk__in=[key for key in keys if key])}


def _chart(where: Where) -> chart.Chart:
    """Value of the orders by day or month; a bar leads to its orders."""
    by, keys = periods.steps(where.first, where.last)
    found, columns = footfall.by(by, where), []
    for key in keys:
        counts = found.get(key, Footfall())
        scans = _("%d scans") % counts.scans
        title = f"{key} · ¥{counts.gross_fen // 100:,} · {scans}"
        under = report.under_chart(by, key)
        columns.append((under, [(0, counts.gross_fen, title, links(where, by, key)["orders"])]))
    return chart.stacked(columns, step_label=short_yuan, peak_label=short_yuan)


def _download(request, by, rows):
    head = [str(TABS[by]), _("scans"), _("visitors"), _("carts"), _("orders"), _("units")]
    head += [_("gross, CNY"), _("refunds, CNY")]
    table = [
        [
            row["name"],
            *(getattr(row["is"], name) for name in FIGURES[:4]),
            row["is"].sums.units,
            yuan(row["is"].gross_fen),
            yuan(row["is"].sums.refund_fen),
        ]
        for row in rows
    ]
    return report.as_file(request, f"kmall24-displays-{by}", head, table)
