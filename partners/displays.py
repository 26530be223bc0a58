"""Markets and their displays: opened, saved with their channels, their products in order (writes)."""

from django.db import transaction

from orders.models import Channel
from partners.models import Display, DisplayProduct, Market


@transaction.atomic
def open_market(
    *, code: str, name_ko: str, name_zh_hans: str, place_ko: str, place_zh_hans: str, displays: list[dict]
) -> Market:
    """A market with its displays, each with a channel of its own.

    `displays`: dicts of `code`, `name_ko`, `name_zh_hans`, `person` and `products` (keys, in order).
    """
    market = Market.objects.create(
        code=code, name_ko=name_ko, name_zh_hans=name_zh_hans, place_ko=place_ko, place_zh_hans=place_zh_hans
    )
    for row in displays:
        names = {"name_ko": row["name_ko"], "name_zh_hans": row["name_zh_hans"]}
        display = Display(market=market, code=row["code"], person=row.get("person", ""), **names)
        save_display(display)
        for position, product_id in enumerate(row["products"], start=1):
            display.products.create(product_id=product_id, position=position)
    return market


@transaction.atomic
def save_display(display: Display) -> None:
    """Save a display with its sales channel, which is called as the display is."""
    names = {"name_ko": display.name_ko, "name_zh_hans": display.name_zh_hans}
    if display.channel_id is None:
        display.channel = Channel.objects.create(code=display.code, kind=Channel.Kind.DISPLAY, **names)
    else:
        Channel.objects.filter(pk=display.channel_id).update(**names)
    display.save()


@transaction.atomic
def arrange(display: Display, wanted: dict[int, int | None]) -> None:
    """Number a display's products 1, 2, 3 … after somebody typed places.

    `wanted`: item to the place typed for it; None puts it last. The others keep their order around them.
    """
    items = list(display.products.order_by("position", "pk"))
    line = [item for item in items if item.pk not in wanted]
    moved = [item for item in items if item.pk in wanted]
    for item in sorted(moved, key=lambda item: wanted[item.pk] or len(items)):
        place = wanted[item.pk]
        line.insert(len(line) if place is None else max(place - 1, 0), item)
    for number, item in enumerate(line, start=1):
        item.position = number
    DisplayProduct.objects.bulk_update(line, ["position"])
