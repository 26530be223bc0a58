"""The sales report's page: filters, four figures, the chart, a table, CSV and XLSX."""

from urllib.parse import urlencode

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Category, Seller
from kmall.money import yuan
from orders.admin import report
from orders.admin.report import PeriodForm, change, short_yuan
from orders.models import Channel, Order
from orders.reports import chart, periods, sales

TABS = {
    "month": gettext_lazy("Month"),
    "channel": gettext_lazy("Channel"),
    "partner": gettext_lazy("Partner mall"),
    "category": gettext_lazy("Category"),
    "seller": gettext_lazy("Seller"),
    "province": gettext_lazy("Province"),
}
SERIES = 5


class Provinces(forms.Select):
    """Their names are Chinese in every language, what stands for all of them is not."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option | ({"attrs": option["attrs"] | {"lang": "zh-Hans"}} if value else {})


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
    province = forms.ChoiceField(label=gettext_lazy("province"), widget=Provinces, required=False)

    def __init__(self, data, *, scope):
        super().__init__(data)
        mine = Seller.objects.all() if scope is None else Seller.objects.filter(pk__in=scope)
        self.fields["seller"].queryset = mine
        self.fields["province"].choices = [("", _("all")), *provinces()]
        if scope is not None and len(scope) == 1:
            del self.fields["seller"]


def page(request, base: dict, scope: tuple[int, ...] | None):
    """The report for KITA (`scope` None) or for the sellers whose keys `scope` holds."""
    form = ReportForm(report.asked(request), scope=scope)
    is_own = scope is not None and len(scope) == 1
    labels = {name: label for name, label in TABS.items() if name != "seller" or not is_own}
    dimension, tabs = report.broken_down(request, labels, "month")
    context = base | {"form": form, "title": _("Sales report"), "tabs": tabs, "is_own": is_own}
    context["with_commission"] = scope is None  # what partners earn is no seller's business
    if not form.is_valid():
        return render(request, "admin/orders/sales.html", context)
    chosen = _chosen(form, scope)
    rows = _rows(dimension, chosen)
    if report.wants_file(request):
        return _download(request, dimension, rows, with_commission=scope is None)
    context |= report.table(request, rows, TABS[dimension])
    context |= _figures(chosen) | {"chart": _chart(chosen), "series": _series(chosen)}
    return render(request, "admin/orders/sales.html", context)


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


def orders_url(chosen, **more) -> str:
    """The list of the very orders that a figure was summed from."""
    query = {
        "paid_from": chosen.first.isoformat(),
        "paid_to": chosen.last.isoformat(),
        "channel__id__exact": chosen.channel,
        "category": chosen.category_path,
        "seller": chosen.seller,
        "province": chosen.province,
        "came_by": "link" if chosen.by_link else None,
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
        first, last = periods.span_of("month", key, chosen.first, chosen.last)
        return orders_url(chosen, paid_from=first, paid_to=last)
    name = {"channel": "channel__id__exact", "partner": "channel__id__exact"}.get(dimension, dimension)
    return orders_url(chosen, **{name: key})


def _names(dimension, keys) -> dict:
    if dimension == "month":
        return {key: periods.name_of("month", key) for key in keys}
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
            first, last = periods.span_of("month", month, chosen.first, chosen.last)
            url = orders_url(chosen, paid_from=first, paid_to=last, channel__id__exact=channel)
            parts.append((row["number"], net, title, url))
        columns.append((report.under_chart("month", month), parts))
    return chart.stacked(columns, step_label=short_yuan, peak_label=short_yuan)


def _download(request, dimension, rows, *, with_commission):
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
    table = [[row["name"], *_counts(row["sums"]), *map(yuan, _money(row["sums"]))] for row in rows]
    if with_commission:
        head.append(_("commission, CNY"))
        for line, row in zip(table, rows, strict=True):
            line.append(yuan(row["sums"].commission_fen))
    return report.as_file(request, f"kmall24-sales-{dimension}", head, table)


def _counts(sums) -> tuple[int, ...]:
    return sums.orders, sums.units, sums.units_back


def _money(sums) -> tuple[int, ...]:
    return sums.gross_fen, sums.refund_fen, sums.net_fen, sums.tax_fen
