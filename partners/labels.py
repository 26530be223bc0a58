"""Shelf labels of a display: numbered rows that remember the price they show, and their print as PDF."""

import io
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from noto_cjk_sans_otc import FONT_PATH

from catalog.cards import lowest_offer
from catalog.models import Product
from catalog.pricing import todays_terms
from catalog.tax import rates_at
from orders.freight import FreightTable, freight_at
from partners.models import Display, DisplayProduct, Label

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread aloud or in print
CODE_LENGTH = 6
SHEET = Path(__file__).parent / "print" / "labels.typ"
PAPERS = {"a6": "A6", "a4": "A4, 8"}
DELIVERY = {"bonded": ("2–3 天到家", "保税仓发货"), "direct": ("5–9 天到家", "韩国直邮")}


@transaction.atomic
def number_labels(items: Iterable[DisplayProduct]) -> list[Label]:
    """New labels at today's prices, one for each displayed product that is on sale (writes).

    Raises `StaleRate` or `NoPricePolicy` when no price can be told.
    """
    items = list(items)
    terms = todays_terms()
    table = rates_at(timezone.localdate())
    goods = Product.objects.on_sale().filter(pk__in=[item.product_id for item in items]).for_card()
    offers = {product.pk: lowest_offer(product, terms, table) for product in goods}
    return Label.objects.bulk_create(
        Label(
            code=new_code(),
            item=item,
            sku=offer.sku,
            price_fen=offer.price.fen,
            landed_fen=offer.landed.landed_fen,
        )
        for item in items
        if (offer := offers.get(item.product_id))
    )


def new_code() -> str:
    """Six letters and digits: 32^6, so that two alike are rarer than a misprint; the column is unique."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def outdated(display: Display) -> list[Label]:
    """The newest label of each displayed product, where it shows another price than today's."""
    newest = Label.objects.filter(item__display=display).order_by("item_id", "-pk").distinct("item_id")
    labels = list(newest.select_related("item__product"))
    terms, table = todays_terms(), rates_at(timezone.localdate())
    goods = Product.objects.filter(pk__in=[label.item.product_id for label in labels]).for_card()
    offers = {product.pk: lowest_offer(product, terms, table) for product in goods}
    return [
        label
        for label in labels
        if (offer := offers[label.item.product_id]) and offer.landed.landed_fen != label.landed_fen
    ]


def sheet(labels: Iterable[Label], *, paper: str = "a6") -> bytes:
    """The labels as PDF, one on a page of A6 or eight on A4 (a key of `PAPERS`); the font's subset within."""
    freight = freight_at(timezone.localdate())
    rows = [_row(label, freight) for label in labels]
    return typst.compile(
        SHEET,
        root=settings.BASE_DIR,
        font_paths=[str(Path(FONT_PATH).parent)],
        ignore_system_fonts=True,
        sys_inputs={"labels": json.dumps(rows, ensure_ascii=False), "paper": paper},
    )


def _row(label: Label, freight: FreightTable) -> dict:
    product, display = label.item.product, label.item.display
    delivery, delivery_from = DELIVERY[product.delivery]
    qr, size = _qr(settings.SITE_URL + reverse("links:scan", args=[label.code]))
    return {
        "name": product.name_zh_hans,
        "name_ko": product.name_ko,
        "yuan": f"{label.price_fen // 100:,}",
        "fen": f"{label.price_fen % 100:02d}",
        "landed": f"{label.landed_fen // 100:,}.{label.landed_fen % 100:02d}",
        "freight": "" if _freight_fen(label, freight) else "，免运费",
        "place": product.seller.town_zh_hans or "",
        "delivery": delivery,
        "delivery_from": delivery_from,
        "market": display.market.name_zh_hans,
        "display": display.name_zh_hans,
        "code": label.code,
        "qr": qr,
        "size": size,
    }


def _freight_fen(label: Label, freight: FreightTable) -> int:
    """Freight of one piece to where no special rate applies: "free" is said only where it is."""
    return freight.parcel_fen(weight_g=label.sku.weight_g, goods_fen=label.price_fen)


def _qr(address: str) -> tuple[str, int]:
    """Path data of a QR code and the modules of its side; error correction M bears a scratched label."""
    code = segno.make(address, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=False, nl=False)
    return out.getvalue().decode().partition(' d="')[2].partition('"')[0], code.symbol_size(border=0)[0]
