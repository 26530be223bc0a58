"""Partner malls on the desk: rules, credentials that can be written but not read, pause and resume."""

import json

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.scope import DeskAdmin, ScopedInline
from kmall.models import AuditEntry
from partners.admin.commission import terms
from partners.connectors import connectors
from partners.mark import rules_changed
from partners.models import Call, CategoryMap, PartnerMall, PartnerMember

TONES = {"setup": "", "active": "good", "paused": "wait", "credentials": "bad"}


class PartnerForm(forms.ModelForm):
    """Stored credentials are never sent to the browser; an empty field leaves them as they are."""

    new_credentials = forms.CharField(
        label=_("new credentials, JSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Write only. Empty: the stored ones stay."),
    )

    connector = forms.ChoiceField(
        label=PartnerMall._meta.get_field("connector").verbose_name,
        choices=lambda: [(name, f"{name} ({source})") for name, source in sorted(connectors().items())],
    )

    class Meta:
        model = PartnerMall
        fields = (
            "code",
            "name",
            "connector",
            "channel",
            "base_url",
            "home_url",
            "batch_size",
            "calls_per_second",
            "rule",
            "price_factor",
            "stock_share",
            "safety_stock",
            "link_days",
            "credit_hours",
            "colour",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = self.instance.connector
        if stored and stored not in connectors():
            choices = [*self.fields["connector"].choices, (stored, gettext("%s (not installed)") % stored)]
            self.fields["connector"].choices = choices

    def clean_new_credentials(self):
        text = self.cleaned_data["new_credentials"].strip()
        if text:
            try:
                fields = json.loads(text)
            except ValueError as error:
                raise forms.ValidationError(_("This is not JSON.")) from error
            if not isinstance(fields, dict):
                raise forms.ValidationError(_("A JSON object with named values is needed."))
        return text


class MemberInline(ScopedInline):
    model = PartnerMember
    kita_may = frozenset({"view", "add", "change", "delete"})
    raw_id_fields = ("user",)


@admin.register(PartnerMall)
class PartnerMallAdmin(DeskAdmin, TranslationAdmin):
    form = PartnerForm
    kita_may = frozenset({"view", "add", "change"})
    list_display = ("name", "state_word", "wanted", "shown", "due", "refused", "failing", "oldest", "breaker")
    readonly_fields = ("state", "state_note", "reconciled_at", "commission")
    actions = ("pause_chosen", "resume_chosen")
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("code", "name", "connector", "channel", "state", "state_note", "reconciled_at")}),
        (
            _("Interface"),
            {"fields": ("base_url", "home_url", "new_credentials", "batch_size", "calls_per_second")},
        ),
        (_("Rules"), {"fields": ("rule", "price_factor", "commission", "stock_share", "safety_stock")}),
        (_("Links and frame"), {"fields": ("link_days", "credit_hours", "colour")}),
    )

    def get_queryset(self, request):
        due = Q(listings__due_full=True) | Q(listings__due_stock=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                n_wanted=Count("listings", filter=Q(listings__is_wanted=True)),
                n_shown=Count("listings", filter=Q(listings__is_shown=True)),
                n_due=Count("listings", filter=due),
                n_refused=Count("listings", filter=Q(listings__outcome="refused")),
                n_failing=Count("listings", filter=Q(listings__outcome__in=("failed", "unknown"))),
                due_since=Min("listings__due_since", filter=due),
            )
        )

    def save_model(self, request, obj, form, change):
        if form.cleaned_data["new_credentials"]:
            obj.credentials = form.cleaned_data["new_credentials"]
            if obj.state == PartnerMall.State.CREDENTIALS:
                obj.state, obj.state_note = PartnerMall.State.ACTIVE, ""
            AuditEntry.objects.create(
                actor=request.user, action="new_credentials", subject=f"partners.partnermall:{obj.code}"
            )
        super().save_model(request, obj, form, change)
        rules_changed(obj)

    @admin.action(description=_("Pause"))
    def pause_chosen(self, request, queryset):
        queryset.filter(state=PartnerMall.State.ACTIVE).update(state=PartnerMall.State.PAUSED)
        messages.success(request, _("Paused. What is due waits and is sent when resumed."))

    @admin.action(description=_("Resume or start"))
    def resume_chosen(self, request, queryset):
        queryset.exclude(state=PartnerMall.State.CREDENTIALS).update(
            state=PartnerMall.State.ACTIVE, state_note=""
        )
        for partner in queryset.filter(state=PartnerMall.State.ACTIVE):
            rules_changed(partner)

    @admin.display(description=_("commission"))
    def commission(self, partner):
        return terms(partner) if partner.pk else "–"

    @admin.display(description=_("state"))
    def state_word(self, partner):
        return format_html(
            '<span class="tag {}">{}</span>', TONES[partner.state], partner.get_state_display()
        )

    @admin.display(description=_("wanted"))
    def wanted(self, partner):
        return partner.n_wanted

    @admin.display(description=_("shown"))
    def shown(self, partner):
        return partner.n_shown

    @admin.display(description=_("due"))
    def due(self, partner):
        return partner.n_due

    @admin.display(description=_("refused"))
    def refused(self, partner):
        return partner.n_refused

    @admin.display(description=_("failing"))
    def failing(self, partner):
        return partner.n_failing

    @admin.display(description=_("oldest due"))
    def oldest(self, partner):
        return timesince(partner.due_since, depth=1) if partner.due_since else "–"

    @admin.display(description=_("breaker"))
    def breaker(self, partner):
        is_open = partner.breaker_open_until and partner.breaker_open_until > timezone.now()
        tone, word = ("bad", _("open")) if is_open else ("good", _("closed"))
        return format_html('<span class="tag {}">{}</span>', tone, word)


@admin.register(CategoryMap)
class CategoryMapAdmin(DeskAdmin):
    kita_may = frozenset({"view", "add", "change", "delete"})
    list_display = ("partner", "category", "remote_code")
    list_filter = ("partner",)
    list_select_related = ("partner", "category")
    search_fields = ("category__name_ko", "category__name_zh_hans", "remote_code")
    autocomplete_fields = ("category",)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        rules_changed(obj.partner)


@admin.register(Call)
class CallAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("at", "partner", "kind", "listings", "outcome", "status", "milliseconds", "error")
    list_filter = ("partner", "kind", "outcome")
    list_select_related = ("partner",)
