"""Reads the worked tables of docs/: what the page says is what the tests hold the code to."""

from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def rows(page: str, caption: str) -> list[dict[str, str]]:
    """The rows of the table under the line `Table: <caption>` of a page, by column head."""
    lines = (DOCS / page).read_text().split(f"Table: {caption}\n", 1)[1].lstrip("\n").split("\n")
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    head, _, *body = table
    return [dict(zip(head, row, strict=True)) for row in body]


def number(text: str) -> str:
    """A figure as the page prints it, ready for Decimal: without thousands separators and signs of currency."""
    return text.replace(",", "").replace("¥", "").replace("₩", "").replace("%", "").strip()


def fen(text: str) -> int:
    """¥1,234.50 → 123450."""
    yuan, _, rest = number(text).partition(".")
    return int(yuan) * 100 + int(rest.ljust(2, "0"))
