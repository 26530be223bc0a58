"""Products on the desk: the list, and the editor that writes proposals instead of rows."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Subquery
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin import editor
from catalog.admin.scope import DeskAdmin
from catalog.models import Product, Revision
from kmall.desk_columns import yes_or_no

TONES = {
    "on_sale": "good",
    "draft": "",
    "withdrawn": "bad",
    "suspended": "bad",
    "submitted": "wait",
    "returned": "bad",
}


class OpenRevisionFilter(admin.SimpleListFilter):
    title = _("waiting edit")
    parameter_name = "edit"

    def lookups(self, request, model_admin):
        states = Revision.State
        return [(state.value, state.label) for state in (states.DRAFT, states.SUBMITTED, states.RETURNED)]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        waiting = Revision.objects.filter(product=OuterRef("pk"), state=self.value())
        return queryset.filter(Exists(waiting))


@admin.register(Product)
class ProductAdmin(DeskAdmin):
    seller_path = "seller"
    seller_may = frozenset({"view", "add", "change"})
    kita_may = frozenset({"view", "change"})
    list_display = (
        "name",
        "seller",
        "category",
        "price",
        "stock_word",
        "sold",
        "state_word",
        "edit_word",
    )
    list_display_links = ("name",)
    list_filter = ("state", OpenRevisionFilter, "has_stock")
    search_fields = ("name_ko", "name_zh_hans", "skus__code", "seller__name_ko")
    search_help_text = _("Name, SKU code or seller")
    list_select_related = ("seller", "category")

    def get_queryset(self, request):
        waiting = Revision.objects.filter(product=OuterRef("pk")).exclude(state=Revision.State.APPROVED)
        return super().get_queryset(request).annotate(edit_state=Subquery(waiting.values("state")[:1]))

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/submit/", view(self.submit_view), name="catalog_product_submit"),
            path("<int:pk>/preview/", view(self.preview_view), name="catalog_product_preview"),
            path("<int:pk>/state/", view(self.state_view), name="catalog_product_state"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        return editor.add(self, request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return editor.change(self, request, object_id)

    def submit_view(self, request, pk):
        return editor.submit(self, request, pk)

    def preview_view(self, request, pk):
        return editor.preview(self, request, pk)

    def state_view(self, request, pk):
        return editor.set_state(self, request, pk)

    @admin.display(description=_("price, KRW"), ordering="sort_price_krw")
    def price(self, product):
        return f"{product.sort_price_krw:,}"

    @admin.display(description=_("stock"), ordering="has_stock")
    def stock_word(self, product):
        return yes_or_no(product.has_stock)

    @admin.display(description=_("state"), ordering="state")
    def state_word(self, product):
        return format_html(
            '<span class="tag {}">{}</span>', TONES[product.state], product.get_state_display()
        )

    @admin.display(description=_("waiting edit"))
    def edit_word(self, product):
        if not product.edit_state:
            return ""
        state = Revision.State(product.edit_state)
        return format_html('<span class="tag {}">{}</span>', TONES.get(state.value, ""), state.label)
