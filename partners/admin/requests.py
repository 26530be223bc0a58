"""What partners' shoppers ask: KITA decides on returns; what the program answers by itself is read here."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from catalog.admin.scope import DeskAdmin
from orders.models import OrderLine
from partners.admin import further
from partners.admin.linked import linked
from partners.admin.meanwhile import DecidedOnce, TooLate
from partners.models import PartnerRequest
from partners.requests import AnsweredBefore, NothingToTickOff, answer_return, tick_off

Of = PartnerRequest


class AnswerForm(forms.ModelForm):
    """A person's word on a return; the message goes to the shopper, in Chinese."""

    class Meta:
        model = PartnerRequest
        fields = ("answer", "message")
        widgets = {
            "answer": forms.RadioSelect,
            "message": forms.Textarea(attrs={"rows": 2, "lang": "zh-Hans"}),
        }
        help_texts = {"message": _("The partner shows it to its shopper: please write in Chinese.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "answer" in self.fields:
            self.fields["answer"].required = True
            self.fields["answer"].choices = Of.Answer.choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == Of.Answer.REJECT and not cleaned.get("message", "").strip():
            self.add_error("message", _("Please tell the shopper why."))
        return cleaned

    def _post_clean(self):
        """What was typed is no answer yet: a form that comes back must not show the request as answered."""


class WaitingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("1", _("wait for a decision")), ("look", _("need a look"))]

    def queryset(self, request, queryset):
        if self.value() == "1":
            return queryset & PartnerRequest.objects.waiting()
        return queryset & PartnerRequest.objects.to_look_at() if self.value() == "look" else queryset


@admin.register(PartnerRequest)
class PartnerRequestAdmin(DecidedOnce, DeskAdmin):
    change_form_template = "admin/partners/request.html"
    form = AnswerForm
    kita_may = frozenset({"view", "change"})
    kept_in = {"message": "zh-Hans"}
    too_late = _("The request has been answered or withdrawn meanwhile. Look again.")
    list_display = ("asked_at", "kind", "state_word", "partner", "remote_id", "our_order", "answered_at")
    list_filter = (WaitingFilter, "kind", "order__partner")
    search_fields = ("=remote_id", "=order__remote_id", "=order__order__number")
    search_help_text = _("Number of the request, or of the order there or here")
    list_select_related = ("order__partner", "order__order")
    readonly_fields = (
        "partner",
        "kind",
        "state_word",
        "their_order",
        "our_order",
        "asked_at",
        "goods",
        "their_words",
        "answered_at",
        "answered_by",
        "given_back",
        "settled_at",
        "settled_by",
    )
    fieldsets = (
        (None, {"fields": ("partner", "kind", "state_word", "asked_at", "their_order", "our_order")}),
        (_("What is asked"), {"fields": ("goods", "their_words")}),
        (_("Answer"), {"fields": ("answer", "message", "answered_at", "answered_by", "given_back")}),
    )

    def get_fieldsets(self, request, obj=None):
        sets = super().get_fieldsets(request, obj)
        if not (obj and obj.problem and obj.settled_at):
            return sets
        return [*sets, (_("Ticked off"), {"fields": ("settled_at", "settled_by")})]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        asked = self.get_object(request, object_id)
        may = bool(asked) and self.has_change_permission(request)
        if may and request.method == "POST" and request.POST.get("do") == "tick":
            return self._tick(request, asked)
        if may and request.method == "POST" and request.POST.get("do") == "further":
            return further.do(request, asked)
        may = may and bool(asked.problem) and asked.settled_at is None
        context = {"can_tick": may} | (further.context(asked) if may else {})
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _tick(self, request, asked):
        try:
            tick_off(asked.pk, actor=request.user)
            messages.success(request, _("It is ticked off."))
        except NothingToTickOff:
            messages.error(request, _("Somebody else has ticked it off already."))
        return HttpResponseRedirect(request.path)

    def is_open(self, asked):
        return is_undecided(asked)

    def is_as_sent(self, request, asked):
        return (asked.answer, asked.answered_by) == (request.POST.get("answer"), request.user)

    def save_model(self, request, obj, form, change):
        """The answer, unless somebody else or the shopper was quicker."""
        said = form.cleaned_data
        try:
            answer_return(
                request_id=obj.pk, answer=said["answer"], message=said["message"], actor=request.user
            )
        except AnsweredBefore as before:
            raise TooLate from before

    @admin.display(description=_("partner mall"))
    def partner(self, asked):
        return asked.order.partner

    @admin.display(description=_("order there"))
    def their_order(self, asked):
        return linked(asked.order)

    @admin.display(description=_("order here"))
    def our_order(self, asked):
        return linked(asked.order.order)

    @admin.display(description=_("state"))
    def state_word(self, asked):
        tone, word = standing(asked)
        tag = format_html('<span class="tag {}">{}</span>', tone, word)
        return format_html("{}<br><small>{}</small>", tag, _decide_by(asked)) if is_undecided(asked) else tag

    @admin.display(description=_("goods"))
    def goods(self, asked):
        """Each asked unit by our name, with what the depot found; a cancel is of all that has not left."""
        if not asked.lines:
            return _("all that has not left")
        names = dict(_names(asked))
        back = {line["out_sku_id"]: line["quantity"] for line in asked.received}
        rows = [
            (
                names.get(line["out_sku_id"], line["out_sku_id"]),
                line["quantity"],
                _("%s arrived at the depot") % back.get(line["out_sku_id"], 0) if asked.received else "",
            )
            for line in asked.lines
        ]
        return format_html_join("", "<div>{} × {} <small>{}</small></div>", rows)

    @admin.display(description=_("shopper's words"))
    def their_words(self, asked):
        return format_html('<span lang="zh-Hans">{}</span>', asked.words) if asked.words else "–"

    @admin.display(description=_("given back"))
    def given_back(self, asked):
        rows = asked.refunds.select_related("refund")
        return ", ".join(str(row.refund) for row in rows) or "–"


def standing(asked: PartnerRequest) -> tuple[str, str]:
    """Tone and words for how a request stands, from both sides' view."""
    if asked.problem and asked.settled_at:
        return "", _("ticked off: %s") % asked.get_problem_display()
    if asked.problem:
        return "bad", asked.get_problem_display()
    if asked.stands in (Of.Stands.REFUNDED, Of.Stands.WITHDRAWN):
        return ("good" if asked.stands == Of.Stands.REFUNDED else ""), asked.get_stands_display()
    if asked.answer == Of.Answer.REJECT:
        return "", Of.Stands.REJECTED.label
    if is_undecided(asked):
        return ("bad" if _is_late(asked) else "wait"), _("waits for a decision")
    if asked.kind == Of.Kind.CANCEL:
        return ("good", _("called off")) if asked.answer else ("wait", _("being answered"))
    if asked.settled_at:
        return "good", _("goods received, nothing to refund")
    if asked.stands == Of.Stands.RECEIVED:
        return "info", _("goods received, being refunded")
    return "info", _("accepted, goods on the way back")


def is_undecided(asked: PartnerRequest) -> bool:
    """Whether it is a return that a person has to decide upon."""
    return (
        asked.kind == Of.Kind.RETURN
        and not asked.answer
        and asked.stands in (Of.Stands.OPEN, Of.Stands.RECEIVED)
    )


def _is_late(asked: PartnerRequest) -> bool:
    return asked.decide_by < timezone.now()


def _decide_by(asked: PartnerRequest) -> str:
    """The day and time until which the mall's shopper was promised an answer."""
    words = _("late since %s") if _is_late(asked) else _("to be decided by %s")
    return words % date_format(timezone.localtime(asked.decide_by), "Y-m-d H:i")


def _names(asked: PartnerRequest):
    lines = OrderLine.objects.filter(order=asked.order.order_id)
    return [(asked.order.name_of(line.sku_id), further.name_of(line)) for line in lines]
