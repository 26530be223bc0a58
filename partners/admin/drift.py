"""The drift report: what looks found at the malls to be otherwise than sent."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from catalog.admin.scope import DeskAdmin
from partners.causes import refusal
from partners.models import Drift


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("not mended yet")), ("0", _("mended"))]

    def queryset(self, request, queryset):
        return queryset.filter(mended_at__isnull=self.value() == "1") if self.value() else queryset


@admin.register(Drift)
class DriftAdmin(DeskAdmin):
    kita_may = frozenset({"view"})
    list_display = ("found_at", "partner", "product", "finding_word", "state_word", "why")
    list_filter = ("partner", OpenFilter, "finding")
    search_fields = ("=out_id", "listing__product__name_ko", "listing__product__name_zh_hans")
    search_help_text = _("Name, or the number there")
    list_select_related = ("partner", "listing__product")
    fields = ("partner", "product", "out_id", "finding", "found_at", "mended_at")
    of_a_stranger = ("why", "error_text", "tries")
    readonly_fields = fields + of_a_stranger

    def get_fields(self, request, drift=None):
        return self.fields + (self.of_a_stranger if drift and drift.listing_id is None else ())

    @admin.display(description=_("product"))
    def product(self, drift):
        return drift.listing.product if drift.listing else Truncator(drift.out_id).chars(80)

    @admin.display(description=_("finding"), ordering="finding")
    def finding_word(self, drift):
        return drift.get_finding_display()

    @admin.display(description=_("state"), ordering="mended_at")
    def state_word(self, drift):
        if drift.mended_at is None:
            return format_html('<span class="tag wait">{}</span>', _("not mended yet"))
        after = timesince(drift.found_at, drift.mended_at, depth=1)
        return format_html('<span class="tag good">{}</span>', _("mended after %s") % after)

    @admin.display(description=_("why"))
    def why(self, drift):
        """Why it is not mended, where the mall told."""
        if drift.mended_at or not drift.error_code:
            return "–"
        return refusal(drift.error_code, drift.error_text)
