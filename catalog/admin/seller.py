"""Sellers: KITA admits them; a member sees and edits its own company's page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.scope import DeskAdmin, Scoped, is_kita
from catalog.admin.shown import Shown
from catalog.models import Seller, SellerMember
from catalog.sellers import BESIDE_GOODS, admit, renamed, suspend


class MemberInline(Scoped, admin.TabularInline):
    model = SellerMember
    seller_path = "seller"
    kita_may = frozenset({"view", "add", "change", "delete"})
    raw_id_fields = ("user",)
    readonly_fields = ("person",)
    extra = 0

    def get_fields(self, request, obj=None):
        """To a member the others are names: their accounts are KITA's to open."""
        return ("user" if is_kita(request.user) else "person", "role")

    @admin.display(description=_("user"))
    def person(self, member):
        return str(member.user)


@admin.register(Seller)
class SellerAdmin(Shown, DeskAdmin, TranslationAdmin):
    seller_path = "self"
    seller_may = frozenset({"view", "change"})
    kita_may = frozenset({"view", "add", "change"})
    list_display = ("name_ko", "name_zh_hans", "brn", "town", "state", "featured")
    list_filter = ("state",)
    search_fields = ("name_ko", "name_zh_hans", "brn", "slug")
    search_help_text = _("Name or business number")
    inlines = (MemberInline,)
    actions = ("admit_chosen", "suspend_chosen")

    def get_actions(self, request):
        return super().get_actions(request) if is_kita(request.user) else {}

    def get_readonly_fields(self, request, obj=None):
        """The state changes by an action, which tells shop and partners; identity is KITA's to set."""
        return ("state",) if is_kita(request.user) else ("state", "slug", "brn", "featured")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and not BESIDE_GOODS.isdisjoint(form.changed_data):
            renamed(form.instance)

    @admin.action(description=_("Admit the chosen sellers"))
    def admit_chosen(self, request, queryset):
        for seller in queryset:
            admit(seller=seller, actor=request.user)

    @admin.action(description=_("Suspend the chosen sellers"))
    def suspend_chosen(self, request, queryset):
        for seller in queryset:
            suspend(seller=seller, actor=request.user)
