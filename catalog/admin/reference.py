"""KITA's reference rows: tree, attributes, tariff rows, rates, policies, reviews, collections."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from catalog.admin.amounts import amount
from catalog.admin.prices import PricesChange
from catalog.admin.scope import DeskAdmin, Scoped
from catalog.admin.shown import Shown
from catalog.models import (
    Attribute,
    AttributeOption,
    Category,
    CategoryAttribute,
    Collection,
    CollectionItem,
    ExchangeRate,
    HsCode,
    PricePolicy,
    Review,
    SalePrice,
    StockMovement,
    TaxRate,
)
from catalog.score import recount
from kmall.desk_columns import written

FULL = frozenset({"view", "add", "change"})
READ = frozenset({"view"})
WORDS = tuple(
    written(name, Review._meta.get_field(name).verbose_name, "zh-Hans")
    for name in ("byline", "text", "answer")
)


class CategoryAttributeInline(Scoped, admin.TabularInline):
    model = CategoryAttribute
    kita_may = FULL | {"delete"}
    autocomplete_fields = ("attribute",)
    extra = 0


class CategoryForm(forms.ModelForm):
    def clean_position(self):
        """Asked here: the form leaves out the constraint, since the parent is not among its fields."""
        position, category = self.cleaned_data["position"], self.instance
        sisters = Category.objects.filter(parent=category.parent_id, position=position).exclude(
            pk=category.pk
        )
        if category.parent_id and (sister := sisters.first()):
            text = _("%(sister)s, under the same parent, has this position. Please choose another.")
            raise forms.ValidationError(text % {"sister": sister})
        return position


@admin.register(Category)
class CategoryAdmin(Shown, DeskAdmin, TranslationAdmin):
    form = CategoryForm
    found_by = "category__path__startswith"
    kita_may = frozenset({"view", "change"})
    list_display = ("path", "name_ko", "name_zh_hans", "slug")
    list_display_links = ("name_ko",)
    search_fields = ("name_ko", "name_zh_hans", "slug")
    readonly_fields = ("parent",)
    inlines = (CategoryAttributeInline,)


class OptionInline(Scoped, TranslationTabularInline):
    model = AttributeOption
    kita_may = FULL
    extra = 0


@admin.register(Attribute)
class AttributeAdmin(Shown, DeskAdmin, TranslationAdmin):
    found_by = "values__attribute"
    kita_may = FULL
    list_display = ("code", "name_ko", "name_zh_hans", "kind", "unit")
    search_fields = ("code", "name_ko", "name_zh_hans")
    inlines = (OptionInline,)


@admin.register(HsCode)
class HsCodeAdmin(PricesChange, DeskAdmin, TranslationAdmin):
    kita_may = FULL
    list_display = ("code", "name_ko", "name_zh_hans", "vat", "consumption", "valid_from", "valid_to")
    list_filter = ("vat", "consumption")
    search_fields = ("code", "name_ko", "name_zh_hans")


@admin.register(TaxRate)
class TaxRateAdmin(PricesChange, DeskAdmin):
    kita_may = FULL
    kept_in = {"source": "zh-Hans"}
    list_display = ("kind", "value", "valid_from", "valid_to", "source")
    list_filter = ("kind",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(PricesChange, DeskAdmin):
    kita_may = frozenset({"view", "add"})
    list_display = ("date", "rate", "source", "fetched_at")
    date_hierarchy = "date"


@admin.register(PricePolicy)
class PricePolicyAdmin(PricesChange, DeskAdmin):
    kita_may = FULL
    list_display = ("valid_from", "margin_percent", amount("step_fen", _("price ending, step")))

    @admin.display(description=_("margin"), ordering="margin")
    def margin_percent(self, policy):
        return f"{policy.margin * 100:.2f}%"


@admin.register(SalePrice)
class SalePriceAdmin(DeskAdmin, TranslationAdmin):
    seller_path = "sku__seller"
    kita_may = READ
    list_display = ("sku", "price_krw", "starts_at", "ends_at", "label")
    list_select_related = ("sku",)
    search_fields = ("sku__code",)


@admin.register(StockMovement)
class StockMovementAdmin(DeskAdmin):
    seller_path = "sku__seller"
    kita_may = READ
    list_display = ("at", "sku", "delta", "reason", "reference")
    list_filter = ("reason",)
    search_fields = ("sku__code", "=reference")
    list_select_related = ("sku",)


@admin.register(Review)
class ReviewAdmin(Shown, DeskAdmin):
    found_by = "reviews"
    seller_path = "product__seller"
    kita_may = frozenset({"view", "change"})
    kept_in = {"byline": "zh-Hans"}
    list_display = ("created_at", "product", "stars", "byline", "said", "state")
    list_filter = ("stars", "state")
    list_select_related = ("product",)
    search_fields = ("product__name_ko", "text")
    fields = ("product", "stars", *WORDS, "state")
    readonly_fields = ("product", "stars", *WORDS)

    def save_model(self, request, review, form, change):
        super().save_model(request, review, form, change)
        recount(review.product)

    @admin.display(description=_("text"))
    def said(self, review):
        return format_html('<span class="long" lang="zh-Hans">{}</span>', review.text)


class ItemInline(Scoped, admin.TabularInline):
    model = CollectionItem
    kita_may = FULL | {"delete"}
    raw_id_fields = ("product",)
    extra = 0


@admin.register(Collection)
class CollectionAdmin(Shown, DeskAdmin, TranslationAdmin):
    kita_may = FULL
    list_display = ("slug", "title_ko", "title_zh_hans", "slot", "starts_at", "ends_at")
    inlines = (ItemInline,)
