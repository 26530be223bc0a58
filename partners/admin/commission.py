"""What partners earn: dated rules, of which only those to come may still be changed."""

import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import F, Window
from django.db.models.functions import Lead
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.scope import DeskAdmin
from partners.admin.setup import ways
from partners.commission import in_the_trail
from partners.models import CommissionRule, PartnerMall
from partners.trail import note

BACK = "back"  # in the query of the form of a new rule: a mall's own page led there


class PercentField(forms.DecimalField):
    """Percent with two places in the form, a fraction of one in the row."""

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, **kwargs)

    def prepare_value(self, value):
        return _percent_of(value) if isinstance(value, Decimal) else value

    def clean(self, value):
        typed = super().clean(value)
        return None if typed is None else typed.scaleb(-2)

    def has_changed(self, initial, data):
        return super().has_changed(_percent_of(initial) if isinstance(initial, Decimal) else initial, data)


class CommissionForm(forms.ModelForm):
    """A rule to come. What is in force or past has frozen sales and stays as it is."""

    rate = PercentField(
        label=gettext_lazy("Commission, %"),
        required=False,
        help_text=gettext_lazy("Empty: from that day on the category goes by the one above it."),
    )

    class Meta:
        model = CommissionRule
        fields = ("partner", "category", "rate", "valid_from")

    def clean(self):
        cleaned = super().clean()
        partner, day = cleaned.get("partner"), cleaned.get("valid_from")
        if partner and day and day < first_day_open(partner):
            self.add_error(
                "valid_from",
                _("Sales are frozen at the commission of their day. Choose tomorrow or later."),
            )
        return cleaned


@admin.register(CommissionRule)
class CommissionRuleAdmin(DeskAdmin):
    form = CommissionForm
    kita_may = frozenset({"view", "add", "change", "delete"})
    list_display = ("branch", "partner", "rate_word", "valid_from", "until_word", "state_word")
    list_filter = ("partner",)
    list_select_related = ("partner", "category")
    autocomplete_fields = ("category",)
    readonly_fields = ("rate_word", "until_word", "state_word")

    def get_fields(self, request, obj=None):
        """A rule that stays as it is is read in per cent too."""
        if obj is None or self.has_change_permission(request, obj):
            return CommissionForm.Meta.fields
        return ("partner", "branch", "rate_word", "valid_from", "until_word", "state_word")

    def get_readonly_fields(self, request, obj=None):
        return ("branch", *super().get_readonly_fields(request, obj))

    def get_queryset(self, request):
        return with_end(super().get_queryset(request))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _is_open(obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.has_changed():
            note(obj.partner, "commission_agreed", actor=request.user, **in_the_trail(obj))

    def delete_model(self, request, obj):
        note(obj.partner, "commission_taken_back", actor=request.user, **in_the_trail(obj))
        super().delete_model(request, obj)

    def response_post_save_add(self, request, obj):
        """Back to the mall's own page, if that led here."""
        if BACK in request.GET:
            return redirect(ways.url(obj.partner, "price"))
        return super().response_post_save_add(request, obj)

    def get_changeform_initial_data(self, request):
        return {"valid_from": _tomorrow()} | super().get_changeform_initial_data(request)

    @admin.display(description=gettext_lazy("valid for"), ordering="category__path")
    def branch(self, rule):
        return rule.category or _("the whole mall")

    @admin.display(description=gettext_lazy("commission"), ordering="rate")
    def rate_word(self, rule):
        return percent(rule.rate)

    @admin.display(description=gettext_lazy("until"))
    def until_word(self, rule):
        return rule.until or "–"

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, rule):
        tone, word = _state(rule)
        return format_html('<span class="tag {}">{}</span>', tone, word)


def with_end(rules):
    """Each rule with `until`, the first day on which the next one of its branch is valid, or None."""
    return rules.annotate(
        until=Window(Lead("valid_from"), partition_by=[F("partner"), F("category")], order_by="valid_from")
    )


def next_url(partner: PartnerMall) -> str:
    """Where a further rule of a mall is agreed on; it leads back to the mall."""
    query = urlencode({"partner": partner.pk, BACK: 1})
    return f"{reverse('admin:partners_commissionrule_add')}?{query}"


def terms(partner: PartnerMall) -> str:
    """What a partner earns today, branch by branch, with the next change; for its page."""
    rules = with_end(partner.commission_rules.select_related("category")).order_by("category__path")
    today = timezone.localdate()
    rows = list(rules)
    now = [rule for rule in rows if rule.valid_from <= today and (rule.until is None or rule.until > today)]
    following = {(rule.category_id, rule.valid_from): rule for rule in rows}
    said = [(_branch_and_rate(rule), _next(following.get((rule.category_id, rule.until)))) for rule in now]
    said += [
        (_branch_and_rate(None, rule), _next(rule))
        for rule in rows
        if rule.valid_from > today and not any(other.category_id == rule.category_id for other in now)
    ]
    if not any(rule.category_id is None for rule in now):
        said.insert(0, (_("No commission is agreed for the whole mall: what is sold earns it nothing."), ""))
    url = f"{reverse('admin:partners_commissionrule_changelist')}?partner__id__exact={partner.pk}"
    lines = format_html_join("", "<div>{} <small>{}</small></div>", said)
    return format_html('{}<a href="{}">{}</a>', lines, url, _("All rules and changes"))


def first_day_open(partner: PartnerMall) -> datetime.date:
    """The first day for which a commission may still be agreed; a mall in set-up has sold nothing."""
    has_begun = partner.state != PartnerMall.State.SETUP
    return _tomorrow() if has_begun else timezone.localdate()


def percent(rate: Decimal | None) -> str:
    """8%, 7.5%; of no rate of its own, what then counts."""
    return f"{_percent_of(rate).normalize():f}%" if rate is not None else _("as the category above")


def _branch_and_rate(rule: CommissionRule | None, first: CommissionRule | None = None) -> str:
    branch = (rule or first).category or _("the whole mall")
    return f"{branch}: {percent(rule.rate) if rule else percent(None)}"


def _next(rule: CommissionRule | None) -> str:
    if rule is None:
        return ""
    return _("from %(day)s %(rate)s") % {"day": rule.valid_from, "rate": percent(rule.rate)}


def _state(rule) -> tuple[str, str]:
    today = timezone.localdate()
    if rule.valid_from > today:
        return "info", _("planned")
    if rule.until and rule.until <= today:
        return "", _("past")
    return "good", _("in force")


def _is_open(rule: CommissionRule | None) -> bool:
    return rule is None or rule.valid_from > timezone.localdate()


def _tomorrow() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)


def _percent_of(rate: Decimal) -> Decimal:
    return rate.scaleb(2).quantize(Decimal("0.01"))
