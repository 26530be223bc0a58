"""Markets, displays and their goods on the desk."""

from django.contrib import admin
from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from catalog.admin.scope import DeskAdmin, ScopedInline
from catalog.models import Picture
from catalog.pictures.markup import picture_html
from partners import tablet
from partners.admin.display_form import DisplayForm, Read, Shelf, ShelfForm
from partners.displays import arrange, save_display
from partners.label_sheet import PAPERS
from partners.models import Display, DisplayProduct, Market

KEEP = frozenset({"view", "add", "change"})
BUTTON = '<button class="button line" formaction="{}" formtarget="_blank">{}</button>'


@admin.register(Market)
class MarketAdmin(DeskAdmin, TranslationAdmin):
    kita_may = KEEP
    list_display = ("code", "name", "place", "displays")
    fields = ("code", "name", "place", "displays")
    readonly_fields = ("displays",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("displays")

    @admin.display(description=_("displays"))
    def displays(self, market):
        """Each leads to its goods."""
        rows = [(reverse("admin:partners_display_change", args=[row.pk]), row.name) for row in _of(market)]
        return format_html_join(", ", '<a href="{}">{}</a>', rows) or "–"


class ShelfInline(ScopedInline):
    model = DisplayProduct
    form = ShelfForm
    formset = Shelf
    kita_may = KEEP | {"delete"}
    autocomplete_fields = ("product",)
    fields = ("position", "thumb", "product", "state")
    readonly_fields = ("thumb", "state")

    def get_queryset(self, request):
        covers = Prefetch(
            "product__pictures", Picture.objects.filter(position=0, is_current=True), to_attr="covers"
        )
        return super().get_queryset(request).select_related("product").prefetch_related(covers)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(db_field, request, form_class=Read, **kwargs)

    @admin.display(description=_("picture"))
    def thumb(self, item):
        covers = item.product.covers if item.pk else []
        return picture_html(covers[0], size="thumb", decorative=True) if covers else ""

    @admin.display(description=_("state"))
    def state(self, item):
        return item.product.get_state_display() if item.pk else ""


@admin.register(Display)
class DisplayAdmin(DeskAdmin, TranslationAdmin):
    form = DisplayForm
    kita_may = KEEP
    list_display = ("name", "thumb", "market", "person", "is_open", "goods", "labels", "screen")
    list_filter = ("market", "is_open")
    list_select_related = ("market", "photo")
    search_fields = ("code", "name_ko", "name_zh_hans", "person")
    inlines = (ShelfInline,)
    fieldsets = (
        (None, {"fields": ("market", "code", "name", "person", "is_open", "credit_hours", "screen")}),
        (_("Photo"), {"fields": ("thumb", "photo_file", "photo_off")}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_goods=Count("products"))

    def get_readonly_fields(self, request, obj=None):
        """The code is in the sales channel, and may be on paper by now."""
        return ("thumb", "screen", "code") if obj else ("thumb", "screen")

    def save_model(self, request, obj, form, change):
        form.keep_photo()
        save_display(obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        typed = {
            row.instance.pk: row.typed
            for formset in formsets
            for row in formset.forms
            if row.instance.pk and row.has_changed() and "position" in row.cleaned_data
        }
        arrange(form.instance, typed)

    @admin.display(description=_("photo"))
    def thumb(self, display):
        if not display.photo:
            return "–"
        return picture_html(display.photo, size="thumb", alt=display.name)

    @admin.display(description=_("tablet page"))
    def screen(self, display):
        """To be opened on the stall's tablet: who has the address needs no login."""
        if display.pk is None:
            return "–"
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>',
            tablet.address(display),
            gettext("open the page"),
        )

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


def _of(market):
    return sorted(market.displays.all(), key=lambda row: row.code) if market.pk else []
