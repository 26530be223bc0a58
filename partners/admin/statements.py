"""Partners' daily statements on the desk: a month at a glance, a day and its differences, explanations."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.admin.scope import DeskAdmin
from kmall.money import format_cny
from orders.reports.export import as_csv
from orders.reports.periods import day_of
from partners import wake
from partners.admin import statement_month
from partners.admin.meanwhile import DecidedOnce, TooLate
from partners.admin.statement_day import FIGURES, day_lines, day_sums
from partners.differences import explain
from partners.models import Discrepancy, PartnerMall, Statement
from partners.trail import note

READ = frozenset({"view"})
OPEN_WORD = pgettext_lazy("a difference", "open")
OPEN = Q(discrepancies__settled_at=None, discrepancies__isnull=False)
STATES = {
    "confirmed": gettext_lazy("confirmed"),
    "shipped": gettext_lazy("shipped"),
    "refunded": gettext_lazy("refunded"),
}


def signed(name: str, label):
    """A column of fen, shown in yuan; of a partner's figures any may be negative."""

    @admin.display(description=label, ordering=name)
    def shown(row):
        return format_html('<span class="amount">{}</span>', format_cny(getattr(row, name)))

    shown.__name__ = f"{name}_in_yuan"
    return shown


@admin.register(Statement)
class StatementAdmin(DeskAdmin):
    change_form_template = "admin/partners/statement.html"
    kita_may = READ
    list_display = (
        "day",
        "partner",
        "orders",
        *(signed(name, label) for name, label in FIGURES.items()),
        "state_word",
        "fetched_at",
    )
    list_filter = ("partner",)
    date_hierarchy = "day"
    list_select_related = ("partner",)
    actions = ("fetch_again",)
    fields = readonly_fields = ("partner", "day", "orders", "fetched_at")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_open=Count("discrepancies", filter=OPEN))

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("month/", view(self.month_view), name="partners_statement_month"),
            path("missing/<int:pk>/", view(self.missing_view), name="partners_statement_missing"),
            path("<int:pk>/csv/", view(self.csv_view), name="partners_statement_csv"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        statement = self.get_object(request, object_id)
        context = {"lines": [], "sums": []}
        if statement and self.has_view_permission(request, statement):
            lines = day_lines(statement)
            context = {
                "lines": [line for line in lines if line.differences],
                "sums": day_sums(statement, lines),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def month_view(self, request):
        """What of a month is compared, agreed and open, day by day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": _("Statements by month")}
        return render(request, "admin/partners/month.html", base | statement_month.context(request))

    def missing_view(self, request, pk):
        """Have the days fetched that a mall has not given yet, or the one that `day` names."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        partner, day = get_object_or_404(PartnerMall, pk=pk), day_of(request.POST.get("day"))
        if day:
            wake.statement(partner.pk, day.isoformat())
        else:
            wake.statements(partner.pk)
        messages.success(request, _("They are being fetched."))
        return redirect(f"{reverse('admin:partners_statement_month')}?partner={pk}")

    def csv_view(self, request, pk):
        """Each order of a day, with what both sides say."""
        statement = self.get_object(request, str(pk))
        if statement is None or not self.has_view_permission(request, statement):
            raise PermissionDenied
        head = [_("order there"), _("order here"), _("state there"), _("state here")]
        for name in FIGURES.values():
            head += [_("%s there, CNY") % name, _("%s here, CNY") % name]
        rows = [line.cells() for line in day_lines(statement)]
        name = f"statement-{statement.partner.code}-{statement.day}"
        return as_csv(name, [*head, _("difference")], rows)

    @admin.action(description=gettext_lazy("Fetch again and compare"))
    def fetch_again(self, request, queryset):
        for statement in queryset.order_by("day"):
            day = statement.day.isoformat()
            note(statement.partner, "statement_fetched_again", actor=request.user, day=day)
            wake.statement(statement.partner_id, day)
        messages.success(request, _("They are being fetched."))

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, statement):
        return state_tag(statement.n_open)


def state_tag(n_open: int) -> str:
    """Agreed, or how many differences are open."""
    tone, word = ("bad", _("%d open") % n_open) if n_open else ("good", _("agreed"))
    return format_html('<span class="tag {}">{}</span>', tone, word)


class ExplainForm(forms.ModelForm):
    note = forms.CharField(
        label=gettext_lazy("explanation"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It settles the difference; the same figures do not open it again."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the figures that the note is about

    class Meta:
        model = Discrepancy
        fields = ("note",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = f"{self.instance.theirs}|{self.instance.ours}"
        self.initial["seen"] = self.now

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seen") != self.now:
            self.data = self.data.copy()
            self.data["seen"] = self.now  # the page that comes back shows the new ones
            self.add_error(None, _("The figures have changed meanwhile. Look again."))
        return cleaned


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", OPEN_WORD), ("word", _("explained")), ("0", _("settled by itself"))]

    def queryset(self, request, queryset):
        if self.value() == "1":
            return queryset.filter(settled_at=None)
        closed = {"word": {"settled_by__isnull": False}, "0": {"settled_by": None}}.get(self.value())
        return queryset.filter(settled_at__isnull=False, **closed) if closed else queryset


@admin.register(Discrepancy)
class DiscrepancyAdmin(DecidedOnce, DeskAdmin):
    form = ExplainForm
    kita_may = frozenset({"view", "change"})
    too_late = gettext_lazy("It was settled or changed meanwhile. Nothing was explained.")
    list_display = ("day", "partner", "remote_id", "kind", "they_say", "we_say", "our_order", "state_word")
    list_filter = (OpenFilter, "kind", "partner")
    search_fields = ("=remote_id", "=order__order__number")
    search_help_text = gettext_lazy("Order number there or here")
    list_select_related = ("statement", "partner", "order__order")
    readonly_fields = (
        "partner",
        "kind",
        "they_say",
        "we_say",
        "their_order",
        "our_order",
        "its_statement",
        "state_word",
        "found_at",
        "settled_at",
        "settled_by",
    )
    fieldsets = (
        (None, {"fields": ("partner", "kind", "they_say", "we_say", "state_word")}),
        (gettext_lazy("Both sides"), {"fields": ("their_order", "our_order", "its_statement", "found_at")}),
        (gettext_lazy("Settled"), {"fields": ("note", "seen", "settled_at", "settled_by")}),
    )

    def is_open(self, row):
        return row.settled_at is None

    def is_as_sent(self, request, row):
        return (row.note, row.settled_by) == (request.POST.get("note", "").strip(), request.user)

    def save_model(self, request, obj, form, change):
        said = form.cleaned_data
        seen = tuple(said["seen"].split("|", 1))
        row = explain(discrepancy_id=obj.pk, note=said["note"], seen=seen, actor=request.user)
        if row.note != said["note"].strip():
            raise TooLate

    @admin.display(description=gettext_lazy("day"), ordering="statement__day")
    def day(self, row):
        return row.statement.day

    @admin.display(description=gettext_lazy("the partner says"))
    def they_say(self, row):
        return said(row.kind, row.theirs)

    @admin.display(description=gettext_lazy("we say"))
    def we_say(self, row):
        return said(row.kind, row.ours)

    @admin.display(description=gettext_lazy("order there"))
    def their_order(self, row):
        return _link("admin:partners_partnerorder_change", row.order_id, row.remote_id)

    @admin.display(description=gettext_lazy("order here"))
    def our_order(self, row):
        ours = row.order and row.order.order
        return _link("admin:orders_order_change", ours and ours.pk, ours or "–")

    @admin.display(description=gettext_lazy("statement"))
    def its_statement(self, row):
        return _link("admin:partners_statement_change", row.statement_id, row.statement)

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, row):
        if row.settled_at is None:
            tone, word = "bad", OPEN_WORD
        else:
            tone, word = ("", _("explained")) if row.settled_by_id else ("good", _("settled by itself"))
        return format_html('<span class="tag {}">{}</span>', tone, word)


def said(kind: str, value: str) -> str:
    """What one side says of a difference, for a person: an amount, a state, or that it has no such order."""
    if not value:
        return _("no such order")
    return str(STATES.get(value, value)) if kind == Discrepancy.Kind.STATE else format_cny(int(value))


def _link(view: str, pk: int | None, text) -> str:
    return format_html('<a href="{}">{}</a>', reverse(view, args=[pk]), text) if pk else str(text)
