"""The partners' report: what came of their links, from visit to commission; figures, chart, files."""

import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import is_kita
from kmall.money import yuan
from orders.admin import report
from orders.admin.report import PeriodForm, change, short_yuan
from orders.admin.sales import orders_url
from orders.reports import chart, periods, sales
from partners.models import PartnerMall
from partners.traffic import Traffic, traffic

TABS = {
    "partner": gettext_lazy("Partner mall"),
    "month": gettext_lazy("Month"),
    "day": gettext_lazy("Day"),
}
SERIES = 5


class ReportForm(PeriodForm):
    partner = forms.ModelChoiceField(
        label=gettext_lazy("partner mall"),
        queryset=PartnerMall.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )


def view(request):
    """The page for KITA, or its rows as a file."""
    if not is_kita(request.user):
        raise PermissionDenied
    form = ReportForm(report.asked(request))
    by, tabs = report.broken_down(request, TABS, "partner")
    context = admin.site.each_context(request) | {"title": _("Partner report"), "form": form, "tabs": tabs}
    if not form.is_valid():
        return render(request, "admin/partners/partner_report.html", context)
    first, last, partner = (form.cleaned_data[name] for name in ("first", "last", "partner"))
    rows = rows_of(by, first, last, partner)
    if report.wants_file(request):
        return _download(request, by, rows)
    context |= report.table(request, rows, TABS[by]) | figures(first, last, partner)
    context |= {"chart": _chart(first, last, partner), "series": _series(partner)}
    return render(request, "admin/partners/partner_report.html", context)


def figures(first: datetime.date, last: datetime.date, partner: PartnerMall | None) -> dict:
    """Sums of the period and their growth against the one before it, in tenths of a per cent."""
    now = _totals(first, last, partner)
    before = _totals(*periods.before(first, last), partner)
    return {
        "now": now,
        "changes": {name: change(now[name], before[name]) for name in now if name != "refused"},
        "links": links(first, last, partner),
    }


def rows_of(by: str, first: datetime.date, last: datetime.date, partner: PartnerMall | None) -> list[dict]:
    """By partner or by month or day, each with where its figures come from; newest or largest first."""
    malls = {mall.pk: mall for mall in PartnerMall.objects.all()}
    rows = []
    for key, (counts, sums) in _found(by, first, last, partner, malls).items():
        start, end = (first, last) if by == "partner" else periods.span_of(by, key, first, last)
        mall = malls[key] if by == "partner" else partner
        name = mall.name if by == "partner" else periods.name_of(by, key)
        rows.append(
            {"key": key, "name": name, "counts": counts, "sums": sums, "links": links(start, end, mall)}
        )
    if by == "partner":
        return sorted(rows, key=lambda row: (-row["sums"].gross_fen, row["name"]))
    return sorted(rows, key=lambda row: row["key"], reverse=True)


def _found(by, first, last, partner, malls) -> dict[int | str, tuple[Traffic, sales.Sums]]:
    """What came and what was sold by key: a mall's, a month or a day."""
    came = traffic(by, first, last, partner.pk if partner else None)
    sold = {key: sums for key, sums in sales.by(by, _sales(first, last, partner)) if key}
    if by == "partner":
        channels = {str(mall.channel_id): mall.pk for mall in malls.values()}
        sold = {channels[key]: sums for key, sums in sold.items() if key in channels}
    return {key: (came.get(key, Traffic()), sold.get(key, sales.Sums())) for key in came.keys() | sold.keys()}


def links(first: datetime.date, last: datetime.date, partner: PartnerMall | None) -> dict[str, str]:
    """Addresses of the very rows that each figure was counted from."""
    days = {"from_day": first.isoformat(), "to_day": last.isoformat()}
    of = {"partner__id__exact": partner.pk} if partner else {"partner__isnull": False}
    of_visit = {f"visit__{name}": value for name, value in of.items()}
    channel = partner.channel_id if partner else None
    return {
        "visits": _list("visit", days | of),
        "views": _list("productview", days | of_visit),
        "carts": _list("visit", of | {"cart_from": first, "cart_to": last}),
        "refused": _list("refusedlink", days | of),
        "orders": orders_url(_sales(first, last, partner), channel__id__exact=channel),
    }


def _list(model: str, query: dict) -> str:
    return reverse(f"admin:partners_{model}_changelist") + "?" + urlencode(query)


def _sales(first, last, partner) -> sales.Filter:
    return sales.Filter(first, last, channel=partner.channel_id if partner else None, by_link=True)


def _totals(first, last, partner) -> dict[str, int]:
    malls = {mall.pk: mall for mall in PartnerMall.objects.all()}
    found = _found("partner", first, last, partner, malls).values()
    return {
        name: sum(getattr(counts, name) for counts, _sums in found)
        for name in ("visits", "views", "carts", "refused")
    } | {
        name: sum(getattr(sums, name) for _counts, sums in found)
        for name in ("orders", "gross_fen", "refund_fen", "commission_fen")
    }


def _series(partner) -> list[dict]:
    malls = [partner] if partner else PartnerMall.objects.all()
    return [{"number": min(n, SERIES - 1), "name": mall.name} for n, mall in enumerate(malls)]


def _chart(first, last, partner) -> chart.Chart:
    """Goods and freight of the orders by month or day, stacked by partner; a bar leads to its orders."""
    by, keys = periods.steps(first, last)
    sold = sales.by_two(by, "partner", _sales(first, last, partner))
    malls = [partner] if partner else list(PartnerMall.objects.all())
    columns = []
    for key in keys:
        parts = []
        for number, mall in enumerate(malls):
            fen = sold.get((key, str(mall.channel_id)), sales.Sums()).gross_fen
            title = f"{key} · {mall.name} · ¥{fen // 100:,}"
            orders = links(*periods.span_of(by, key, first, last), mall)["orders"]
            parts.append((min(number, SERIES - 1), fen, title, orders))
        columns.append((report.under_chart(by, key), parts))
    return chart.stacked(columns, step_label=short_yuan, peak_label=short_yuan)


def _download(request, by, rows):
    head = [str(TABS[by]), _("visits"), _("goods looked at"), _("carts"), _("orders"), _("units")]
    head += [_("gross, CNY"), _("refunds, CNY"), _("commission, CNY"), _("links without credit")]
    table = []
    for row in rows:
        counts, sums = row["counts"], row["sums"]
        money = (yuan(fen) for fen in (sums.gross_fen, sums.refund_fen, sums.commission_fen))
        line = [row["name"], counts.visits, counts.views, counts.carts, sums.orders, sums.units, *money]
        table.append([*line, counts.refused])
    return report.as_file(request, f"kmall24-partners-{by}", head, table)
