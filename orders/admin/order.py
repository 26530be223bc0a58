"""Orders on the desk: KITA sees them whole and masked, a seller only its own lines of them."""

import datetime

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.amounts import amount, yuan
from catalog.admin.scope import DeskAdmin, ScopedInline, is_kita, sellers_of
from catalog.models import Category, Seller
from kmall.encryption import mask_name, mask_number, mask_phone
from kmall.languages import in_language, in_own_letters
from kmall.models import AuditEntry
from orders.admin import refund_part, sales
from orders.admin.happened import event, why
from orders.admin.refund_part import parcels_to_refund
from orders.admin.refunds import RefundInline, refund_chosen
from orders.models import Channel, Consignment, Order, OrderEvent, OrderLine, Payment
from orders.reports.periods import day_of, midnight
from orders.templatetags.buying import line_label, line_name

TONES = {"unpaid": "wait", "paid": "info", "shipped": "info", "completed": "good", "refunded": "bad"}


class FromReport(admin.SimpleListFilter):
    """A filter that a report's figure sets by its link; it shows itself only while it is set."""

    def lookups(self, request, model_admin):
        value = request.GET.get(self.parameter_name)
        return [(value, self.label(value))] if value else []

    def label(self, value):
        return value


def of_lines(request, queryset, **wanted):
    """Orders with such a line. A seller asks about its own: what others sold in them is not its to know."""
    if not is_kita(request.user):
        wanted["lines__seller__in"] = sellers_of(request.user).values("pk")
    return queryset.filter(**wanted).distinct()


class PaidFrom(FromReport):
    title, parameter_name = gettext_lazy("paid from"), "paid_from"

    def queryset(self, request, queryset):
        day = day_of(self.value())
        return queryset.filter(paid_at__gte=midnight(day)) if day else queryset


class PaidTo(FromReport):
    title, parameter_name = gettext_lazy("paid to"), "paid_to"

    def queryset(self, request, queryset):
        day = day_of(self.value())
        return queryset.filter(paid_at__lt=midnight(day + datetime.timedelta(days=1))) if day else queryset


class OfSeller(FromReport):
    title, parameter_name = gettext_lazy("seller"), "seller"

    def lookups(self, request, model_admin):
        value = request.GET.get(self.parameter_name, "")
        mine = sellers_of(request.user).filter(pk=value) if value.isdecimal() else Seller.objects.none()
        return [(value, str(mine.first() or value))] if value else []

    def queryset(self, request, queryset):
        value = self.value() or ""
        return of_lines(request, queryset, lines__seller=value) if value.isdecimal() else queryset


class UnderCategory(FromReport):
    title, parameter_name = gettext_lazy("category"), "category"

    def label(self, value):
        return str(Category.objects.filter(path=value).first() or value)

    def queryset(self, request, queryset):
        value = self.value()
        return of_lines(request, queryset, lines__category__path__startswith=value) if value else queryset


class InProvince(FromReport):
    title, parameter_name = gettext_lazy("province"), "province"

    def queryset(self, request, queryset):
        return queryset.filter(province_code=self.value()) if self.value() else queryset


class CameBy(FromReport):
    title, parameter_name = gettext_lazy("came by"), "came_by"

    def label(self, value):
        return _("a partner mall's link")

    def queryset(self, request, queryset):
        credited = {"visit__isnull": False, "channel__kind": Channel.Kind.PARTNER}
        return queryset.filter(**credited) if self.value() == "link" else queryset


class LineInline(ScopedInline):
    model = OrderLine
    seller_path = "seller"
    kita_may = frozenset({"view"})
    fields = (
        "name",
        "label",
        "sku",
        "seller",
        "quantity",
        "refunded_quantity",
        "unit",
        "goods",
        "tax",
        "hs_code",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("name"))
    def name(self, line):
        return line_name(line)

    @admin.display(description=gettext_lazy("option"))
    def label(self, line):
        return line_label(line) or "–"

    @admin.display(description=gettext_lazy("unit price"))
    def unit(self, line):
        return yuan(line.unit_fen)

    @admin.display(description=gettext_lazy("goods"))
    def goods(self, line):
        return yuan(line.goods_fen)

    @admin.display(description=gettext_lazy("tax"))
    def tax(self, line):
        return yuan(line.tax_fen)


class ConsignmentInline(ScopedInline):
    model = Consignment
    seller_path = "seller"
    kita_may = frozenset({"view"})
    fields = (
        "number",
        "seller",
        "state",
        "obstacle",
        "carrier",
        "tracking_number",
        "shipped_at",
        "received_at",
    )
    readonly_fields = fields


class PaymentInline(ScopedInline):
    model = Payment
    kita_may = frozenset({"view"})
    fields = (
        "number",
        "provider",
        amount("amount_fen", gettext_lazy("amount")),
        "state",
        "provider_number",
        "created_at",
        "paid_at",
    )
    readonly_fields = fields


class EventInline(ScopedInline):
    model = OrderEvent
    kita_may = frozenset({"view"})
    fields = ("at", "event", "actor", "details")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("event"))
    def event(self, row):
        return event(row.kind)

    @admin.display(description=gettext_lazy("details"))
    def details(self, row):
        """What of the noted data tells a person something: a reason, a parcel's tracking number."""
        said = why(row.data.get("reason", "")), row.data.get("tracking_number", "")
        return " · ".join(part for part in said if part)


@admin.register(Order)
class OrderAdmin(DeskAdmin):
    seller_path = "consignments__seller"
    kita_may = frozenset({"view"})
    kept_in = {"province": "zh-Hans"}
    list_display = ("number", "placed_at", "channel", "province", "total", "state_word")
    list_filter = (
        "state",
        ("channel", admin.RelatedOnlyFieldListFilter),
        PaidFrom,
        PaidTo,
        OfSeller,
        UnderCategory,
        InProvince,
        CameBy,
    )
    search_fields = ("=number",)
    search_help_text = gettext_lazy("The whole order number")
    date_hierarchy = "placed_at"
    list_select_related = ("channel",)
    inlines = (LineInline, ConsignmentInline, PaymentInline, RefundInline, EventInline)
    actions = (refund_chosen,)
    kita_fields = (
        (None, {"fields": ("number", "state", "channel", "written_in", "placed_at", "paid_at", "closed_at")}),
        (
            gettext_lazy("Money"),
            {"fields": ("goods", "freight", "tariff", "consumption", "vat", "total", "refunded", "rate")},
        ),
        (gettext_lazy("Shopper, masked"), {"fields": ("recipient", "phone", "place", "buyer", "buyer_id")}),
    )
    seller_fields = (
        (None, {"fields": ("number", "state", "placed_at", "paid_at")}),
        (gettext_lazy("Send to"), {"fields": ("recipient", "phone", "place")}),
    )

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        return queryset if is_kita(request.user) else queryset.filter(paid_at__isnull=False).distinct()

    def get_actions(self, request):
        return super().get_actions(request) if is_kita(request.user) else {}

    @admin.display(description=gettext_lazy("language"))
    def written_in(self, order):
        return dict(settings.LANGUAGES).get(order.language, order.language)

    def get_fieldsets(self, request, obj=None):
        return self.kita_fields if is_kita(request.user) else self.seller_fields

    def get_readonly_fields(self, request, obj=None):
        return [name for _title, options in self.kita_fields for name in options["fields"]]

    def get_list_display(self, request):
        """A seller is not shown the total, which may hold what others sold."""
        return (
            self.list_display if is_kita(request.user) else ("number", "placed_at", "province", "state_word")
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"is_kita": is_kita(request.user), "title": _("Order")}
        if context["is_kita"] and (order := self.get_object(request, object_id)):
            context["parcels_to_refund"] = parcels_to_refund(order)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("sales/", view(self.sales_view), name="orders_sales"),
            path("<int:pk>/refund/<int:parcel>/", view(self.refund_view), name="orders_order_refund"),
            path("<int:pk>/unmask/", view(self.unmask_view), name="orders_order_unmask"),
            *super().get_urls(),
        ]

    def sales_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        scope = (
            None if is_kita(request.user) else tuple(sellers_of(request.user).values_list("pk", flat=True))
        )
        return sales.page(request, self.admin_site.each_context(request), scope)

    def refund_view(self, request, pk, parcel):
        """KITA gives back one parcel of an order, or units of it."""
        if not is_kita(request.user):
            raise PermissionDenied
        parcels = Consignment.objects.select_related("order", "seller")
        consignment = get_object_or_404(parcels, pk=parcel, order=pk)
        return refund_part.page(
            request, self.admin_site.each_context(request) | {"opts": self.opts}, consignment
        )

    def unmask_view(self, request, pk):
        """Show a shopper's data once, to KITA, and leave a record of who looked."""
        order = self.get_object(request, str(pk))
        if request.method != "POST" or order is None or not is_kita(request.user):
            raise PermissionDenied
        AuditEntry.objects.create(
            actor=request.user,
            action="unmask",
            subject=f"orders.order:{order.pk}",
            ip=request.META.get("REMOTE_ADDR"),
        )
        said = _("%(name)s, %(id)s, %(phone)s. That you looked has been recorded.")
        of = {
            "name": in_own_letters(order.buyer_name),
            "id": order.buyer_number,
            "phone": order.receiver_phone,
        }
        shown = {name: conditional_escape(text) for name, text in of.items()}
        messages.info(request, mark_safe(said % shown))
        return redirect("admin:orders_order_change", pk)

    @admin.display(description=gettext_lazy("total"), ordering="total_fen")
    def total(self, order):
        return yuan(order.total_fen)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, order):
        return format_html(
            '<span class="tag {}">{}</span>', TONES.get(order.state, ""), order.get_state_display()
        )

    @admin.display(description=gettext_lazy("goods"))
    def goods(self, order):
        return yuan(order.goods_fen)

    @admin.display(description=gettext_lazy("freight"))
    def freight(self, order):
        return yuan(order.freight_fen)

    @admin.display(description=gettext_lazy("tariff"))
    def tariff(self, order):
        return yuan(order.tariff_fen)

    @admin.display(description=gettext_lazy("consumption tax"))
    def consumption(self, order):
        return yuan(order.consumption_fen)

    @admin.display(description=gettext_lazy("import VAT"))
    def vat(self, order):
        return yuan(order.vat_fen)

    @admin.display(description=gettext_lazy("refunded"))
    def refunded(self, order):
        return yuan(order.refunded_fen)

    @admin.display(description=gettext_lazy("recipient"))
    def recipient(self, order):
        return in_own_letters(mask_name(order.receiver_name))

    @admin.display(description=gettext_lazy("phone"))
    def phone(self, order):
        return mask_phone(order.receiver_phone)

    @admin.display(description=gettext_lazy("address"))
    def place(self, order):
        return in_language(f"{order.province}{order.city}{order.district}{order.street}", "zh-Hans")

    @admin.display(description=gettext_lazy("buyer"))
    def buyer(self, order):
        return in_own_letters(mask_name(order.buyer_name))

    @admin.display(description=gettext_lazy("ID number"))
    def buyer_id(self, order):
        return mask_number(order.buyer_number)


@admin.register(Channel)
class ChannelAdmin(DeskAdmin):
    kita_may = frozenset({"view", "change"})
    list_display = ("code", "kind", "name_ko", "name_zh_hans")
    readonly_fields = ("code", "kind")
    fields = ("code", "kind", "name_ko", "name_zh_hans")
