"""The sales report's page: filters, four figures, the chart, a table, CSV and XLSX."""

import calendar
import datetime
from urllib.parse import urlencode

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from catalog.models import Category, Seller
from orders.models import Channel, Order
from orders.reports import chart, export, sales

TABS = {
    "month": gettext_lazy("Month"),
    "channel": gettext_lazy("Channel"),
    "partner": gettext_lazy("Partner mall"),
    "category": gettext_lazy("Category"),
    "seller": gettext_lazy("Seller"),
    "province": gettext_lazy("Province"),
}
SERIES = 5
MOST_ROWS = 100


class PeriodForm(forms.Form):
    """Days are in the mall's time zone; a period ends where it begins or later."""

    first = forms.DateField(label=gettext_lazy("from"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("to"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned


class ReportForm(PeriodForm):
    """The filter of the sales report."""

    channel = forms.ModelChoiceField(
        label=gettext_lazy("channel"),
        queryset=Channel.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("category"),
        queryset=Category.objects.filter(depth__lte=1),
        required=False,
        empty_label=gettext_lazy("all"),
        to_field_name="path",
    )
    seller = forms.ModelChoiceField(
        label=gettext_lazy("seller"),
        queryset=Seller.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    province = forms.ChoiceField(label=gettext_lazy("province"), required=False)

    def __init__(self, data, *, scope):
        super().__init__(data)
        mine = Seller.objects.all() if scope is None else Seller.objects.filter(pk__in=scope)
        self.fields["seller"].queryset = mine
        self.fields["province"].choices = [("", _("all")), *provinces()]
        if scope is not None and len(scope) == 1:
            del self.fields["seller"]


def page(request, base: dict, scope: tuple[int, ...] | None):
    """The report for KITA (`scope` None) or for the sellers whose keys `scope` holds."""
    form = ReportForm({**default_period(), **request.GET.dict()}, scope=scope)
    is_own = scope is not None and len(scope) == 1
    tabs = _tabs(request, [name for name in TABS if name != "seller" or not is_own])
    context = base | {"form": form, "title": _("Sales report"), "tabs": tabs, "is_own": is_own}
    context["with_commission"] = scope is None  # what partners earn is no seller's business
    if not form.is_valid():
        return render(request, "admin/orders/sales.html", context)
    chosen = _chosen(form, scope)
    dimension = request.GET.get("by", "month")
    dimension = dimension if dimension in TABS else "month"
    rows = _rows(dimension, chosen)
    if request.GET.get("as") in ("csv", "xlsx"):
        return _download(request.GET["as"], dimension, rows, with_commission=scope is None)
    context |= {"dimension": TABS[dimension], "rows": rows[:MOST_ROWS], "left_out": len(rows) - MOST_ROWS}
    context |= _figures(chosen) | {"chart": _chart(chosen), "series": _series(chosen)}
    context |= {"as_of": timezone.now(), "query": without(request, "as")}
    return render(request, "admin/orders/sales.html", context)


def default_period() -> dict:
    """Twelve months: from the first of the month eleven months ago to today."""
    today = timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 - 11, 12)
    return {"first": datetime.date(year, month + 1, 1).isoformat(), "last": today.isoformat()}


def provinces() -> list[tuple[str, str]]:
    """Provinces that have orders, by code."""
    return sorted(set(Order.objects.order_by().values_list("province_code", "province").distinct()))


def _chosen(form, scope) -> sales.Filter:
    cleaned = form.cleaned_data
    return sales.Filter(
        first=cleaned["first"],
        last=cleaned["last"],
        channel=cleaned["channel"].pk if cleaned["channel"] else None,
        category_path=cleaned["category"].path if cleaned["category"] else "",
        seller=cleaned["seller"].pk if cleaned.get("seller") else None,
        province=cleaned["province"],
        sellers=scope,
    )


def _figures(chosen) -> dict:
    now, before = sales.totals(chosen), sales.Sums()
    if sales.sold_since(chosen.before().first):
        before = sales.totals(chosen.before())
    sellers = len(sales.by("seller", chosen))
    return {
        "now": now,
        "net_change": change(now.net_fen, before.net_fen),
        "orders_change": change(now.orders, before.orders),
        "average_fen": now.net_fen // now.orders if now.orders else 0,
        "refund_permille": now.refund_fen * 1000 // now.gross_fen if now.gross_fen else 0,
        "sellers": sellers,
        "orders_url": orders_url(chosen),
    }


def change(now: int, before: int) -> int | None:
    """Growth in tenths of a per cent, toward zero; None where there is nothing to compare with."""
    return int((now - before) * 1000 / before) if before else None


def orders_url(chosen, **more) -> str:
    """The list of the very orders that a figure was summed from."""
    query = {
        "paid_from": chosen.first.isoformat(),
        "paid_to": chosen.last.isoformat(),
        "channel__id__exact": chosen.channel,
        "category": chosen.category_path,
        "seller": chosen.seller,
        "province": chosen.province,
        "came_by": "visit" if chosen.by_visit else None,
    } | more
    return reverse("admin:orders_order_changelist") + "?" + urlencode({k: v for k, v in query.items() if v})


def _rows(dimension, chosen) -> list[dict]:
    earlier = dict(sales.by(dimension, chosen.before())) if sales.sold_since(chosen.before().first) else {}
    found = sales.by(dimension, chosen)
    names = _names(dimension, [key for key, _sums in found])
    rows, last = [], None
    for key, sums in found:
        compared = last if dimension == "month" else earlier.get(key)
        growth = change(sums.net_fen, compared.net_fen) if compared else None
        rows.append(
            {
                "name": names.get(key, key),
                "sums": sums,
                "change": growth,
                "url": _row_url(dimension, key, chosen),
            }
        )
        last = sums
    return rows[::-1] if dimension == "month" else rows


def _row_url(dimension, key, chosen) -> str:
    if dimension == "month":
        first, last = month_of(key)
        return orders_url(chosen, paid_from=max(first, chosen.first), paid_to=min(last, chosen.last))
    name = {"channel": "channel__id__exact", "partner": "channel__id__exact"}.get(dimension, dimension)
    return orders_url(chosen, **{name: key})


def month_of(key: str):
    year, month = map(int, key.split("-"))
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])


def _names(dimension, keys) -> dict:
    if dimension == "month":
        return {key: date_format(month_of(key)[0], "YEAR_MONTH_FORMAT") for key in keys}
    if dimension in ("channel", "partner"):
        return {str(row.pk): row.name for row in Channel.objects.all()} | {"": _("Kmall24 and displays")}
    if dimension == "category":
        return {row.path: row.name for row in Category.objects.filter(depth=0)}
    if dimension == "seller":
        return {str(row.pk): row.name for row in Seller.objects.filter(pk__in=keys)}
    return dict(provinces())


def _series(chosen) -> list[dict]:
    """Channels by net, the largest four apart and the others together, with their colour number."""
    found = sales.by("channel", chosen)
    names, total = _names("channel", []), sum(sums.net_fen for _key, sums in found) or 1
    rows = [
        {"number": n, "name": names.get(key, key), "net_fen": sums.net_fen, "keys": [key]}
        for n, (key, sums) in enumerate(found[: SERIES - 1])
    ]
    if rest := found[SERIES - 1 :]:
        net = sum(sums.net_fen for _key, sums in rest)
        rows.append(
            {"number": SERIES - 1, "name": _("others"), "net_fen": net, "keys": [key for key, _s in rest]}
        )
    return [row | {"permille": row["net_fen"] * 1000 // total} for row in rows]


def _chart(chosen) -> chart.Chart:
    sums, series = sales.by_two("month", "channel", chosen), _series(chosen)
    columns = []
    for month in sorted({month for month, _channel in sums}):
        parts = []
        for row in series:
            net = sum(sums[month, key].net_fen for key in row["keys"] if (month, key) in sums)
            title = f"{month} · {row['name']} · ¥{net // 100:,}"
            channel = row["keys"][0] if len(row["keys"]) == 1 else None
            first, last = month_of(month)
            url = orders_url(
                chosen,
                paid_from=max(first, chosen.first),
                paid_to=min(last, chosen.last),
                channel__id__exact=channel,
            )
            parts.append((row["number"], net, title, url))
        columns.append((pgettext("month under a chart", "%d") % int(month[5:]), parts))
    return chart.stacked(columns, step_label=short_yuan, peak_label=short_yuan)


def short_yuan(fen: int) -> str:
    """Yuan in ten thousands, as both languages count: tenths, below one hundredths (a grid of 0.25)."""
    whole, hundredths = divmod(fen // 10_000, 100)
    places = f"{hundredths // 10}" if whole else f"{hundredths:02d}"
    return _("%s×10k") % f"{whole}.{places}".rstrip("0").rstrip(".")


def _download(kind, dimension, rows, *, with_commission):
    head = [
        str(TABS[dimension]),
        _("orders"),
        _("units"),
        _("units refunded"),
        _("gross, CNY"),
        _("refunds, CNY"),
        _("net, CNY"),
        _("tax, CNY"),
    ]
    table = [[row["name"], *_counts(row["sums"]), *map(decimal, _money(row["sums"]))] for row in rows]
    if with_commission:
        head.append(_("commission, CNY"))
        for line, row in zip(table, rows, strict=True):
            line.append(decimal(row["sums"].commission_fen))
    make = export.as_csv if kind == "csv" else export.as_xlsx
    return make(f"kmall24-sales-{dimension}", head, table)


def _counts(sums) -> tuple[int, ...]:
    return sums.orders, sums.units, sums.units_back


def _money(sums) -> tuple[int, ...]:
    return sums.gross_fen, sums.refund_fen, sums.net_fen, sums.tax_fen


def decimal(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _tabs(request, names) -> list[tuple[str, str, bool]]:
    now = request.GET.get("by", "month")
    return [(TABS[key], f"?{without(request, 'by', 'as')}&by={key}", key == now) for key in names]


def without(request, *names) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
