"""Rows behind the displays' report: scans, and the orders that visits are credited with."""

from django.contrib import admin
from django.db.models import F
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import yuan
from catalog.admin.scope import DeskAdmin
from orders.admin.order import FromReport
from partners.admin import display_report
from partners.admin.places import FromDisplay, place_filters
from partners.admin.visits import FromDay, ToDay, between
from partners.models import Credit, Scan


class CreditFromDisplay(FromDisplay):
    lookup = "order__channel__display__isnull"


class PaidFrom(FromReport):
    title, parameter_name = _("paid from"), "paid_from"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "gte", 0, "order__paid_at")


class PaidTo(FromReport):
    title, parameter_name = _("paid to"), "paid_to"

    def queryset(self, request, queryset):
        return between(queryset, self.value(), "lt", 1, "order__paid_at")


@admin.register(Scan)
class ScanAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("at", "display", "product", "label")
    list_filter = (*place_filters(), FromDay, ToDay)
    list_select_related = ("display", "product", "label")

    def get_urls(self):
        view = self.admin_site.admin_view(display_report.view)
        return [path("report/", view, name="partners_display_report"), *super().get_urls()]


@admin.register(Credit)
class CreditAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("number", "paid_at", "source", "product", "scanned_at", "value")
    list_display_links = None
    list_filter = (*place_filters("visit__"), CreditFromDisplay, PaidFrom, PaidTo)
    list_select_related = ("order__channel", "visit__product")
    ordering = (F("order__paid_at").desc(nulls_last=True), "-pk")

    @admin.display(description=_("order"))
    def number(self, credit):
        url = reverse("admin:orders_order_change", args=[credit.order_id])
        return format_html('<a href="{}">{}</a>', url, credit.order.number)

    @admin.display(description=_("paid at"), ordering="order__paid_at")
    def paid_at(self, credit):
        return credit.order.paid_at

    @admin.display(description=_("channel"))
    def source(self, credit):
        return credit.order.channel

    @admin.display(description=_("goods scanned or followed"))
    def product(self, credit):
        return credit.visit and credit.visit.product

    @admin.display(description=_("came at"))
    def scanned_at(self, credit):
        return credit.visit and credit.visit.at

    @admin.display(description=_("goods and freight"))
    def value(self, credit):
        text = yuan(credit.order.goods_fen + credit.order.freight_fen)
        return format_html('<span class="amount">{}</span>', text)
