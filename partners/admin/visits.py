"""Rows behind the partners' report: visits, what visitors did, links that credit nobody."""

import datetime
import re

from django.contrib import admin
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.scope import DeskAdmin
from orders.admin.order import FromReport
from orders.reports.periods import midnight
from partners.admin import partner_report
from partners.admin.places import Carted, FromDisplay, place_filters
from partners.models import ProductView, RefusedLink, Visit


class FromDay(FromReport):
    title, parameter_name = _("from day"), "from_day"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "gte", 0)


class ToDay(FromReport):
    title, parameter_name = _("to day"), "to_day"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "lt", 1)


class CartFrom(FromReport):
    title, parameter_name = _("cart from day"), "cart_from"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "gte", 0, "carted_at")


class CartTo(FromReport):
    title, parameter_name = _("cart to day"), "cart_to"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "lt", 1, "carted_at")


def between(queryset, value, comparison, days, moment="at"):
    """Rows whose moment is on the one side of a day, as text; all where that is none."""
    try:
        day = datetime.date.fromisoformat(value or "") + datetime.timedelta(days=days)
    except (ValueError, OverflowError):
        return queryset
    if queryset.model is RefusedLink:
        return queryset.filter(**{f"day__{comparison}": day})
    return queryset.filter(**{f"{moment}__{comparison}": midnight(day)})


@admin.register(Visit)
class VisitAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("at", "partner", "display", "goods", "landed", "carted_at", "expires_at")
    list_filter = (
        ("partner", admin.RelatedOnlyFieldListFilter),
        "display",
        FromDay,
        ToDay,
        CartFrom,
        CartTo,
        *place_filters(),
        FromDisplay,
        Carted,
    )
    list_select_related = ("partner", "display", "product")
    ordering = ("-at",)

    def get_urls(self):
        view = self.admin_site.admin_view(partner_report.view)
        return [path("report/", view, name="partners_report"), *super().get_urls()]

    @admin.display(description=_("goods"), ordering="product")
    def goods(self, visit):
        return visit.product

    @admin.display(description=_("landed on"), ordering="landing")
    def landed(self, visit):
        """The address, which a narrow column may break, though not in the language that it begins with."""
        begins = re.match("/[a-z-]+/|", visit.landing)[0]
        return format_html('<span class="whole">{}</span>{}', begins, visit.landing.removeprefix(begins))


@admin.register(ProductView)
class ProductViewAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("at", "source", "product")
    list_filter = (("visit__partner", admin.RelatedOnlyFieldListFilter), FromDay, ToDay)
    list_select_related = ("visit__partner", "visit__display", "product")

    @admin.display(description=_("came from"))
    def source(self, view):
        return view.visit.partner or view.visit.display


@admin.register(RefusedLink)
class RefusedLinkAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("day", "partner", "kind", "reason", "count")
    list_filter = (("partner", admin.RelatedOnlyFieldListFilter), "kind", "reason", FromDay, ToDay)
    list_select_related = ("partner",)
    date_hierarchy = "day"
    ordering = ("-day", "partner", "kind", "reason")
