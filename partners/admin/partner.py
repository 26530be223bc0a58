"""Partner malls on the desk: the overview, the steps of a set-up, pause and resume; calls, category maps."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.scope import DeskAdmin, ScopedInline
from catalog.pictures.uploads import PictureRefused
from partners import locks
from partners.admin import addresses, history, overview
from partners.admin.commission import terms
from partners.admin.meanwhile import KeepsOthersChanges
from partners.admin.setup import pages
from partners.admin.setup.categories import RemoteField, labels_of
from partners.category_map import map_row_changed
from partners.frame import logo_url
from partners.logo import keep_logo
from partners.mark import rules_changed
from partners.models import CategoryMap, PartnerMall, PartnerMember, SharedAddress
from partners.setup import LIMITS


class PartnerForm(KeepsOthersChanges, forms.ModelForm):
    new_logo = forms.FileField(
        label=_("new logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at least 48 pixels a side. Empty: the present one stays."),
    )

    class Meta:
        model = PartnerMall
        fields = (*LIMITS, "link_days", "credit_hours", "colour")

    def clean_new_logo(self):
        """The digest under which it is kept; empty where none was sent."""
        upload = self.cleaned_data["new_logo"]
        try:
            return keep_logo(upload) if upload else ""
        except PictureRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class MemberInline(ScopedInline):
    model = PartnerMember
    kita_may = frozenset({"view", "add", "change", "delete"})
    raw_id_fields = ("user",)


@admin.register(PartnerMall)
class PartnerMallAdmin(DeskAdmin):
    """What has no step of the set-up of its own: pace, links, frame, people."""

    form = PartnerForm
    object_history_template = "admin/partners/history.html"
    kita_may = frozenset({"view", "add", "change"})
    readonly_fields = (
        "state",
        "state_note",
        "reconciled_at",
        "commission",
        "logo_now",
        "standing",
        "as_feed",
    )
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("state", "state_note", "reconciled_at")}),
        (_("How fast it may be called"), {"fields": LIMITS}),
        (
            _("Links and frame"),
            {
                "fields": (
                    "link_days",
                    "credit_hours",
                    "commission",
                    "colour",
                    "logo_now",
                    "new_logo",
                    "standing",
                    "as_feed",
                )
            },
        ),
    )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/switch/<str:deed>/", view(self.switch_view), name="partners_partnermall_switch"),
            path("<int:pk>/setup/<str:name>/", view(self.setup_view), name="partners_partnermall_setup"),
            path(
                "<int:pk>/address/<str:purpose>/",
                view(self.address_view),
                name="partners_partnermall_address",
            ),
            path("standing/", view(addresses.to_standing), name="partners_standing"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        """A new mall begins with the first step of its set-up."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return pages.page(request, self.admin_site.each_context(request), None, "connector")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        partner = self.get_object(request, object_id)
        context = (
            {"steps": pages.steps(partner), "deed": overview.DEED_OF.get(partner.state)} if partner else {}
        )
        context["show_save_and_add_another"] = False  # a mall is not opened on a page like this
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def history_view(self, request, object_id, extra_context=None):
        """All that was done with the mall, not at this form only."""
        partner = self.get_object(request, object_id)
        deeds = history.page(partner, self, request.GET.get("p")) if partner else None
        context = {"deeds": deeds, "title": _("History")}
        return super().history_view(request, object_id, context | (extra_context or {}))

    def changelist_view(self, request, extra_context=None):
        """The list of malls is the overview of how they stand."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return overview.page(request, self.admin_site.each_context(request))

    def setup_view(self, request, pk, name):
        """One step of a mall's set-up."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        partner = get_object_or_404(PartnerMall, pk=pk)
        if name == pages.NEXT:
            return pages.go_on(request, partner)
        if name not in pages.STEPS:
            raise Http404
        return pages.page(request, self.admin_site.each_context(request), partner, name)

    def switch_view(self, request, pk, deed):
        """Pause or resume a mall."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        overview.switch(request, get_object_or_404(PartnerMall, pk=pk), deed)
        return redirect("admin:partners_partnermall_changelist")

    def address_view(self, request, pk, purpose):
        """Replace an address that the mall was given."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        return addresses.renew(request, get_object_or_404(PartnerMall, pk=pk), purpose)

    @admin.display(description=_("page for the mall's people"))
    def standing(self, partner):
        return addresses.shown(partner, SharedAddress.Purpose.STANDING)

    @admin.display(description=_("the section as a feed (JSON)"))
    def as_feed(self, partner):
        """Not `feed`, which Django takes for the row that refers to the mall by this name."""
        return addresses.shown(partner, SharedAddress.Purpose.FEED)

    def save_model(self, request, obj, form, change):
        """Only what was changed here: calls made meanwhile move the breaker and cursors of the same row."""
        obj.logo = form.cleaned_data["new_logo"] or obj.logo
        obj.save(update_fields=["logo" if name == "new_logo" else name for name in form.changed_data])
        if set(form.changed_data) - set(LIMITS):
            rules_changed(obj)

    @admin.display(description=_("logo"))
    def logo_now(self, partner):
        url = logo_url(partner)
        return format_html('<img class="logo-now" src="{}" alt="">', url) if url else "–"

    @admin.display(description=_("commission"))
    def commission(self, partner):
        return terms(partner) if partner.pk else "–"


class CategoryMapForm(forms.ModelForm):
    """A row takes what the step of the set-up takes; a code that is stored already may stay."""

    def clean(self):
        cleaned = super().clean()
        partner, code = cleaned.get("partner"), cleaned.get("remote_code")
        if partner and code and {"partner", "remote_code"} & set(self.changed_data):
            try:
                cleaned["remote_code"] = RemoteField(labels_of(partner)).clean(code)
            except forms.ValidationError as refused:
                self.add_error("remote_code", refused)
        return cleaned


@admin.register(CategoryMap)
class CategoryMapAdmin(DeskAdmin):
    form = CategoryMapForm
    kita_may = frozenset({"view", "add", "change", "delete"})
    list_display = ("partner", "category", "remote_code")
    list_filter = ("partner",)
    list_select_related = ("partner", "category")
    search_fields = ("category__name_ko", "category__name_zh_hans", "remote_code")
    autocomplete_fields = ("category",)

    def save_model(self, request, obj, form, change):
        """Under the mall's lock, as the step of the set-up changes the map."""
        malls = {obj.partner_id, form.initial.get("partner", obj.partner_id)}
        list(locks.partner_malls().filter(pk__in=malls).order_by("pk"))
        was = CategoryMap.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        self._tell(request.user, was, obj)

    def delete_model(self, request, obj):
        self._tell(request.user, obj, None)
        super().delete_model(request, obj)

    @staticmethod
    def _tell(user, before: CategoryMap | None, after: CategoryMap | None) -> None:
        for partner in PartnerMall.objects.filter(pk__in={row.partner_id for row in (before, after) if row}):
            map_row_changed(partner, before, after, actor=user)
