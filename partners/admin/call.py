"""What was sent to partners and answered: calls of 30 days, secrets and persons blotted out."""

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.admin.scope import DeskAdmin, is_kita
from partners.desired import out_id
from partners.models import Call
from partners.said import calls_about, part_about, said, set_out

MOST_SHOWN = 60_000  # characters of a body on a page
KINDS = {
    "upsert": _("everything sent"),
    "offer": _("price and stock sent"),
    "withdraw": _("taken off"),
    "look": _("looked up"),
    "walk": _("all there gone through"),
    "collect": _("receipt fetched"),
    "digests": _("all there gone through"),
    "between": _("all there gone through"),
    "orders": _("orders fetched"),
    "confirm": _("order confirmed"),
    "refuse": _("order refused"),
    "ship": _("parcels told"),
    "refund": _("refund told"),
    "answer": _("request answered"),
    "requests": _("requests fetched"),
    "return_rows": _("faults of a file told"),
    "statement": _("statement fetched"),
    "categories": _("categories fetched"),
    "read_manifest": _("list of pages read by the mall"),
    "read_part": _("page read by the mall"),
    "read_changes": _("changes read by the mall"),
    "test": _("test call"),
}
READINGS = ("read_manifest", "read_part", "read_changes")  # kinds of a mall that pulls
OUTCOMES = {
    "ok": ("good", pgettext_lazy("a call to a partner", "answered")),
    "transient": ("wait", _("not now")),
    "clockdiffers": ("wait", _("clocks differ")),
    "deferred": ("wait", _("asked to wait")),
    "unknown": ("wait", _("no clear answer")),
    "requestdiffers": ("wait", _("stands otherwise there")),
    "wrongstate": ("wait", _("stands otherwise there")),
    "badcredentials": ("bad", _("credentials refused")),
    "misfit": ("bad", _("not understood")),
    "toolarge": ("wait", _("too much at once")),
    "notready": ("wait", _("not ready yet")),
    "refused": ("bad", _("turned away")),
}


class FailedFilter(admin.SimpleListFilter):
    title = _("result")
    parameter_name = "failed"

    def lookups(self, request, model_admin):
        return [("1", _("failed as a whole"))]

    def queryset(self, request, queryset):
        return queryset.exclude(outcome__in=Call.WELL) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    """By the words of calls, some of which are of several kinds."""

    title, parameter_name = _("call"), "kind"

    def lookups(self, request, model_admin):
        by_word = {}
        for kind, word in KINDS.items():
            by_word.setdefault(str(word), []).append(kind)
        return [(",".join(kinds), word) for word, kinds in by_word.items()]

    def queryset(self, request, queryset):
        return queryset.filter(kind__in=self.value().split(",")) if self.value() else queryset


@admin.register(Call)
class CallAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = (
        "at",
        "partner",
        "kind_word",
        "listings",
        "outcome_word",
        "status",
        "took",
        "error",
    )
    list_filter = ("partner", KindFilter, FailedFilter)
    list_select_related = ("partner",)
    fields = readonly_fields = (*list_display, "address", "sent_text", "answered_text")

    def get_queryset(self, request):
        found = super().get_queryset(request)
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return found.defer("sent", "answered") if is_list else found

    class Media:
        css = {"all": ["css/listings.css"]}

    @admin.display(description=_("call"), ordering="kind")
    def kind_word(self, call):
        return KINDS.get(call.kind, call.kind)

    @admin.display(description=_("outcome"), ordering="outcome")
    def outcome_word(self, call):
        return format_html('<span class="tag {}">{}</span>', *OUTCOMES.get(call.outcome, ("", call.outcome)))

    @admin.display(description=_("took"), ordering="milliseconds")
    def took(self, call):
        return f"{call.milliseconds:,} ms"

    @admin.display(description=_("sent"))
    def sent_text(self, call):
        return _pre(set_out(said(call.sent)))

    @admin.display(description=_("answer"))
    def answered_text(self, call):
        return _pre(set_out(said(call.answered)))


def rows_about(partner, product) -> list[tuple]:
    """(call, its word, tone and word of its outcome) of the latest calls about a product."""
    calls = calls_about(partner, product.pk)[:12]
    return [
        (call, KINDS.get(call.kind, call.kind), *OUTCOMES.get(call.outcome, ("", call.outcome)))
        for call in calls
    ]


def page(request, base: dict, partner, product, call_id: int):
    """A call as far as it is about one product: what its seller may read of a batch."""
    call = get_object_or_404(calls_about(partner, product.pk).defer(None), pk=call_id)
    name, (tone, outcome) = out_id(product.pk), OUTCOMES.get(call.outcome, ("", call.outcome))
    context = base | {
        "title": product.name,
        "partner": partner,
        "product": product,
        "call": call,
        "kind": KINDS.get(call.kind, call.kind),
        "tone": tone,
        "outcome": outcome,
        "sent": part_about(said(call.sent), name)[:MOST_SHOWN],
        "answered": part_about(said(call.answered), name)[:MOST_SHOWN],
        "is_kita": is_kita(request.user),
    }
    return render(request, "admin/partners/said.html", context)


def _pre(text: str):
    return format_html('<pre class="said" tabindex="0">{}</pre>', text[:MOST_SHOWN]) if text else "–"
