"""Payments, notices and refunds to look into; limits and freight to keep."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import amount
from catalog.admin.prices import PricesChange
from catalog.admin.scope import DeskAdmin
from catalog.admin.shown import Shown
from orders.admin.happened import why
from orders.admin.refunds import try_chosen_again
from orders.models import FreightRule, ImportLimit, Payment, PaymentNotice, Refund

READ = frozenset({"view"})
KEEP = frozenset({"view", "add", "change"})
AMOUNT = amount("amount_fen", _("amount"))
TONES = {"pending": "wait", "succeeded": "good", "due": "wait", "done": "good", "stuck": "bad"}


def tagged(row: Payment | Refund) -> str:
    """Its state as a tag."""
    return format_html('<span class="tag {}">{}</span>', TONES.get(row.state, ""), row.get_state_display())


@admin.register(Payment)
class PaymentAdmin(DeskAdmin):
    kita_may = READ
    list_display = ("number", AMOUNT, "state_word", "provider", "order", "created_at", "paid_at")
    list_filter = ("provider", "state")
    search_fields = ("=number", "=order__number", "=provider_number")
    list_select_related = ("order",)

    @admin.display(description=_("state"), ordering="state")
    def state_word(self, payment):
        return tagged(payment)


@admin.register(PaymentNotice)
class PaymentNoticeAdmin(DeskAdmin):
    kita_may = READ
    list_display = ("received_at", "provider", "notice_id", "payment", "outcome")
    list_filter = ("provider", "outcome")
    search_fields = ("=notice_id", "=payment__number")
    list_select_related = ("payment",)


@admin.register(Refund)
class RefundAdmin(DeskAdmin):
    kita_may = READ
    list_display = (
        "number",
        AMOUNT,
        "state_word",
        "why",
        "order",
        "attempts",
        "next_try_at",
        "done_at",
    )
    actions = (try_chosen_again,)
    list_filter = ("state",)
    search_fields = ("=number", "=order__number", "=payment__number")
    list_select_related = ("order",)
    fields = (
        "number",
        AMOUNT,
        "why",
        "state",
        "order",
        "consignment",
        "payment",
        "created_at",
        "done_at",
        "attempts",
        "next_try_at",
        "last_answer",
    )
    readonly_fields = (AMOUNT, "why", "created_at")

    @admin.display(description=_("state"), ordering="state")
    def state_word(self, refund):
        return tagged(refund)

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, refund):
        return why(refund.reason)


@admin.register(ImportLimit)
class ImportLimitAdmin(PricesChange, DeskAdmin):
    kita_may = KEEP
    kept_in = {"source": "zh-Hans"}
    list_display = (
        "valid_from",
        amount("order_fen", _("an order")),
        amount("year_fen", _("a person and year")),
        "source",
    )


@admin.register(FreightRule)
class FreightRuleAdmin(Shown, DeskAdmin):
    kita_may = KEEP
    list_display = (
        "valid_from",
        "zone",
        "first_g",
        amount("first_fen", _("for the first weight")),
        "step_g",
        amount("step_fen", _("for each further")),
        amount("free_from_fen", _("free from goods value")),
    )
