"""Markets and their displays: goods in order, labels to print, scans that came of them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.amounts import amount
from catalog.admin.scope import DeskAdmin, ScopedInline
from catalog.pricing import NoPricePolicy
from catalog.rates import StaleRate
from partners.labels import PAPERS, number_labels, outdated, sheet
from partners.models import Display, DisplayProduct, Label, Market, RefusedLink, Visit

KEEP = frozenset({"view", "add", "change"})
BUTTON = '<button class="button line" formaction="{}" formtarget="_blank" name="stale" value="{}">{}</button>'


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

    def get_urls(self):
        view = self.admin_site.admin_view(self.labels_view)
        return [
            path("<int:pk>/labels/<str:paper>/", view, name="partners_display_labels"),
            *super().get_urls(),
        ]

    def labels_view(self, request, pk, paper):
        """New numbered labels as PDF: of all goods of the display, or (`stale`) where the price moved."""
        if request.method != "POST":  # each printing numbers its labels, which following a link must not
            return HttpResponseNotAllowed(["POST"])
        display = self.get_object(request, str(pk))
        if display is None or paper not in PAPERS or not self.has_change_permission(request, display):
            raise PermissionDenied
        items = display.products.order_by("position", "pk")
        if request.POST.get("stale"):
            items = items.filter(pk__in=[label.item_id for label in outdated(display)])
        try:
            labels = number_labels(items)
        except (NoPricePolicy, StaleRate):
            messages.error(request, _("There is no price for today: please enter the exchange rate first."))
            return redirect("admin:partners_display_changelist")
        if not labels:
            messages.info(request, _("There is no label to print."))
            return redirect("admin:partners_display_changelist")
        response = HttpResponse(sheet(labels, paper=paper), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="labels-{display.code}.pdf"'
        return response

    @admin.display(description=_("goods"))
    def goods(self, display):
        return display.n_goods

    @admin.display(description=_("print labels"))
    def labels(self, display):
        """Buttons of the list's own form, which posts."""
        a6, a4 = (reverse("admin:partners_display_labels", args=[display.pk, paper]) for paper in PAPERS)
        buttons = [(a6, "", "A6"), (a4, "", gettext("A4, 8 a sheet")), (a4, "1", gettext("price moved"))]
        return format_html_join(" ", BUTTON, buttons)


@admin.register(Label)
class LabelAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = (
        "code",
        "goods",
        "display",
        amount("price_fen", _("price shown")),
        amount("landed_fen", _("landed price shown")),
        "printed_at",
        "scans_of",
    )
    search_fields = ("=code", "item__product__name_ko", "item__product__name_zh_hans", "=sku__code")
    list_filter = ("item__display",)
    list_select_related = ("item__product", "item__display", "sku")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_scans=Count("scans"))

    @admin.display(description=_("goods"))
    def goods(self, label):
        return f"{label.item.product.name} {label.sku.label or ''}".strip()

    @admin.display(description=_("display"), ordering="item__display")
    def display(self, label):
        return label.item.display

    @admin.display(description=_("scans"))
    def scans_of(self, label):
        return label.n_scans


@admin.register(Visit)
class VisitAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("at", "partner", "display", "goods", "landing", "expires_at")
    list_filter = ("partner", "display")
    list_select_related = ("partner", "display", "product")

    @admin.display(description=_("goods"), ordering="product")
    def goods(self, visit):
        return visit.product


@admin.register(RefusedLink)
class RefusedLinkAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("day", "reason", "count")
