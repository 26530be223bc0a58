"""Shelf labels on the desk: printed with new numbers, printed again as they were, and what is out of date."""

from functools import partial
from itertools import groupby

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html_join
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalog.admin.amounts import amount
from catalog.admin.scope import DeskAdmin
from kmall.keys import key_of
from kmall.languages import listed
from partners import labels as work
from partners import printing
from partners.admin import label_prints
from partners.admin.without import NO_PRICES, WITHOUT
from partners.label_sheet import PAPERS, sheet
from partners.labels import Fault
from partners.models import Display, Label, Market
from partners.printing import PrintedSince, Way

FAULTS = {
    Fault.PRICE: gettext_lazy("price changed"),
    Fault.OPTION: gettext_lazy("option no longer sold"),
    Fault.NAME: gettext_lazy("name changed"),
    Fault.ORIGIN: gettext_lazy("origin changed"),
    Fault.TEXT: gettext_lazy("other text changed"),
    Fault.UNTAXED: gettext_lazy("no tax rate today"),
    Fault.OFF_SALE: gettext_lazy("no longer on sale"),
    Fault.OFF_DISPLAY: gettext_lazy("no longer on this display"),
    Fault.SUPERSEDED: gettext_lazy("number out of force"),
}


class WhereForm(forms.Form):
    """Which labels the list of those out of date is about; nothing chosen means all of open displays."""

    market = forms.ModelChoiceField(
        label=gettext_lazy("market"),
        queryset=Market.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    display = forms.ModelChoiceField(
        label=gettext_lazy("display"),
        queryset=Display.objects.filter(is_open=True),
        required=False,
        empty_label=gettext_lazy("all"),
    )

    def labels(self):
        rows = Label.objects.filter(display__is_open=True)
        chosen = {"display__market": self.cleaned_data["market"], "display": self.cleaned_data["display"]}
        return rows.filter(**{field: value for field, value in chosen.items() if value})


class InForce(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("state"), "in_force"

    def lookups(self, request, model_admin):
        return [("1", _("in force")), ("0", _("superseded or taken away"))]

    def queryset(self, request, queryset):
        return queryset.filter(superseded_at__isnull=self.value() == "1") if self.value() else queryset


def _print_again(paper):
    """For a print that was lost or damaged: nothing is numbered anew."""

    def print_again(model_admin, request, queryset):
        return _pdf(queryset.order_by("pk"), paper, "again")

    print_again.__name__ = f"print_again_{paper}"
    text = format_lazy("{}: {}", gettext_lazy("Print again with the same numbers"), PAPERS[paper])
    return admin.action(print_again, description=text)


@admin.register(Label)
class LabelAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = (
        "code",
        "goods",
        "display",
        amount("price_fen", gettext_lazy("price shown")),
        amount("landed_fen", gettext_lazy("landed price shown")),
        "rate_day",
        "printed_at",
        "printed_by",
        "superseded_at",
        "scans_of",
    )
    search_fields = ("=code", "product__name_ko", "product__name_zh_hans", "=sku__code")
    list_filter = ("display__market", "display", InForce)
    list_select_related = ("product", "display", "sku", "printed_by")
    actions = tuple(map(_print_again, PAPERS))
    change_list_template = "admin/partners/label/change_list.html"
    fields = (
        "code",
        "display",
        "product",
        "sku",
        "price_fen",
        "landed_fen",
        "rate_day",
        "as_printed",
        "printed_at",
        "printed_by",
        "superseded_at",
        "taken_away_at",
        "scans_of",
    )
    readonly_fields = ("as_printed", "printed_at", "scans_of")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_scans=Count("scans"))

    def get_urls(self):
        pages = [
            ("outdated/", self.outdated_view, "outdated"),
            ("outdated/<str:paper>/", self.reprint_view, "reprint"),
            ("take-away/", self.take_away_view, "take_away"),
            ("of/<int:pk>/<str:paper>/", self.print_view, "print"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"partners_label_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def outdated_view(self, request):
        """What hangs at the displays, or may, and is no longer right, by display."""
        self._require_kita(request)
        form = WhereForm(request.GET)
        context = {**self.admin_site.each_context(request), "title": _("Labels out of date"), "form": form}
        try:
            rows = work.outdated(form.labels()) if form.is_valid() else []
        except NO_PRICES as missing:
            context["without"], rows = WITHOUT[type(missing)], work.superseded(form.labels())
        context |= {
            "groups": [
                (display, _in_words(of), [row.label.pk for row in of if row.is_to_take_away])
                for display, found in groupby(rows, lambda row: row.label.display)
                for of in [list(found)]
            ],
            "to_print": sum(row.is_to_print for row in rows),
            "papers": PAPERS,
        }
        return render(request, "admin/partners/label/outdated.html", context)

    def reprint_view(self, request, paper):
        """One print of all that the list shows; the old numbers are superseded."""
        if request.method != "POST":  # printing numbers labels, which following a link must not
            return HttpResponseNotAllowed(["POST"])
        self._require_kita(request)
        form = WhereForm(request.POST)
        if paper not in PAPERS or not form.is_valid():
            raise PermissionDenied
        return self._printed(request, paper, "outdated", lambda: work.reprint(form.labels(), by=request.user))

    def take_away_view(self, request):
        """Labels that somebody has taken off the display."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self._require_kita(request)
        ids = [key for text in request.POST.getlist("label") if (key := key_of(text))]
        n = work.take_away(ids)
        text = ngettext("%d label noted as taken away.", "%d labels noted as taken away.", n) % n
        messages.success(request, text)
        return redirect("admin:partners_label_outdated")

    def print_view(self, request, pk, paper):
        """A display's labels: at once where none are in force, else as was chosen on the page that asks."""
        self._require_kita(request)
        display = Display.objects.select_related("market").filter(pk=pk).first()
        how = request.POST.get("how", Way.LACKING)
        if display is None or paper not in PAPERS or how not in set(Way):
            raise PermissionDenied
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), **label_prints.choices(display, paper)}
            return render(request, "admin/partners/label/print.html", context)
        if "how" not in request.POST and printing.in_force(display).exists():
            return redirect(request.path)
        chosen = {"seen": key_of(request.POST.get("seen")), "by": request.user}
        make = partial(printing.print_labels, display, Way(how), **chosen)
        made = self._printed(request, paper, display.code, make)
        is_new = made.status_code == 200 and how != Way.AGAIN
        if is_new and (left_out := work.untaxed(display.products.all())):
            names = listed(product.name for product in left_out)
            text = _("Not printed, since it has no tax rate today: %(names)s") % {"names": names}
            messages.warning(request, text)
        return made

    def _printed(self, request, paper, name, make):
        try:
            labels = make()
        except PrintedSince:
            text = _("Labels of this display were printed or taken away meanwhile. Please choose again.")
            messages.warning(request, text)
            return redirect(request.path)
        except NO_PRICES as missing:
            messages.error(request, WITHOUT[type(missing)])
            return redirect("admin:partners_label_outdated")
        if not labels:
            messages.info(request, _("There is no label to print."))
            return redirect("admin:partners_label_outdated")
        return _pdf(labels, paper, name)

    def _require_kita(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    @admin.display(description=gettext_lazy("goods"))
    def goods(self, label):
        """As printed, in the desk's language."""
        return label.shown.get("name" if get_language() == "zh-hans" else "name_ko")

    @admin.display(description=gettext_lazy("text shown"))
    def as_printed(self, label):
        """Line by line, as on the paper, without the prices."""
        zh, ko = "zh-Hans", "ko"
        lines = [(zh, "name", "option"), (ko, "name_ko"), (zh, "place", "origin")]
        lines += [(zh, "delivery_from", "delivery"), (zh, "market", "display")]
        shown = [(tag, " ".join(filter(None, map(label.shown.get, keys)))) for tag, *keys in lines]
        return format_html_join("", '<div lang="{}">{}</div>', [line for line in shown if line[1]])

    @admin.display(description=gettext_lazy("scans"))
    def scans_of(self, label):
        return label.n_scans


def _in_words(rows):
    return [(row, [FAULTS[fault] for fault in row.faults]) for row in rows]


def _pdf(labels, paper, name):
    response = HttpResponse(sheet(labels, paper=paper), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="labels-{name}.pdf"'
    return response
