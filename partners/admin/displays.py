"""Markets, displays and their goods on the desk."""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.scope import DeskAdmin, ScopedInline
from partners.label_sheet import PAPERS
from partners.models import Display, DisplayProduct, Market

KEEP = frozenset({"view", "add", "change"})
BUTTON = '<button class="button line" formaction="{}" formtarget="_blank">{}</button>'


@admin.register(Market)
class MarketAdmin(DeskAdmin, TranslationAdmin):
    kita_may = KEEP
    list_display = ("code", "name_ko", "name_zh_hans", "place")


class ShelfInline(ScopedInline):
    model = DisplayProduct
    kita_may = KEEP | {"delete"}
    autocomplete_fields = ("product",)


@admin.register(Display)
class DisplayAdmin(DeskAdmin, TranslationAdmin):
    kita_may = KEEP
    list_display = ("code", "name", "market", "person", "is_open", "goods", "labels")
    list_filter = ("market", "is_open")
    list_select_related = ("market",)
    inlines = (ShelfInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_goods=Count("products"))

    @admin.display(description=_("goods"))
    def goods(self, display):
        return display.n_goods

    @admin.display(description=_("print labels"))
    def labels(self, display):
        """Buttons of the list's own form, which posts."""
        buttons = [
            (reverse("admin:partners_label_print", args=[display.pk, paper]), text)
            for paper, text in PAPERS.items()
        ]
        return format_html_join(" ", BUTTON, buttons)
