"""Filters of lists that the displays' report leads to: market, display, product, hour, put into the cart."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.admin.order import FromReport
from partners.models import Display, Market


def narrowed(name: str, heading, lookup: str, model=None) -> type[FromReport]:
    """A filter that a report's figure sets: rows whose `lookup` is the number in `name`; `model` names it."""

    class Narrowed(FromReport):
        title, parameter_name = heading, name

        def label(self, value):
            if not value.isdecimal():
                return value
            if model is None:
                return f"{int(value):02}:00–{int(value):02}:59"
            return str(model.objects.filter(pk=value).first() or value)

        def queryset(self, request, queryset):
            value = self.value() or ""
            return queryset.filter(**{lookup: value}) if value.isdecimal() else queryset

    return Narrowed


def place_filters(prefix: str = "") -> tuple[type[FromReport], ...]:
    """Market, display, product and hour of a scan, or of the visit that `prefix` leads to."""
    return (
        narrowed("market", _("market"), f"{prefix}display__market", Market),
        narrowed("display", _("display"), f"{prefix}display", Display),
        narrowed("product", _("product"), f"{prefix}product", Product),
        narrowed("hour", _("hour of the day"), f"{prefix}at__hour"),
    )


class FromDisplay(FromReport):
    title, parameter_name = _("came from"), "came_from"
    lookup = "display__isnull"

    def label(self, value):
        return _("a display")

    def queryset(self, request, queryset):
        return queryset.filter(**{self.lookup: False}) if self.value() == "display" else queryset


class Carted(FromReport):
    title, parameter_name = _("put into the cart"), "carted"

    def label(self, value):
        return _("yes")

    def queryset(self, request, queryset):
        return queryset.filter(carted_at__isnull=False) if self.value() == "1" else queryset
