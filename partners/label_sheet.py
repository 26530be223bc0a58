"""Labels as PDF, from what their rows remember: a number printed again looks as it did."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from noto_cjk_sans_otc import FONT_PATH

from partners.models import Label

SHEET = Path(__file__).parent / "print" / "labels.typ"
PAPERS = {"a6": "A6", "a7": "A7", "a4": _("A4, 8 a sheet")}


def sheet(labels: Iterable[Label], *, paper: str = "a6", **options) -> bytes:
    """One label on a page of A6 or A7, or eight on A4 (a key of `PAPERS`); the font's subset within.

    `options` go to the typesetter: `format="png"` and `ppi` make a picture of it. No queries.
    """
    rows = [_row(label) for label in labels]
    return typst.compile(
        SHEET,
        root=settings.BASE_DIR,
        font_paths=[str(Path(FONT_PATH).parent)],
        ignore_system_fonts=True,
        sys_inputs={"labels": json.dumps(rows, ensure_ascii=False), "paper": paper},
        **options,
    )


def short_link(code: str) -> str:
    return settings.SITE_URL + reverse("links:scan", args=[code])


def qr(address: str) -> tuple[str, int]:
    """Path data of a QR code and the modules of its side; error correction M bears a scratched label."""
    code = segno.make(address, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=False, nl=False)
    return out.getvalue().decode().partition(' d="')[2].partition('"')[0], code.symbol_size(border=0)[0]


def _row(label: Label) -> dict:
    path, size = qr(short_link(label.code))
    return label.shown | {
        "yuan": f"{label.price_fen // 100:,}",
        "fen": f"{label.price_fen % 100:02d}",
        "landed": f"{label.landed_fen // 100:,}.{label.landed_fen % 100:02d}",
        "code": label.code,
        "qr": path,
        "size": size,
    }
