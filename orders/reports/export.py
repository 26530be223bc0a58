"""Tables as CSV and XLSX. Text that a spreadsheet would run as a formula is disarmed."""

import csv
import io

from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(value):
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def as_csv(name: str, head: list[str], rows: list[list]) -> HttpResponse:
    """UTF-8 with a byte-order mark, without which Excel takes Korean and Chinese for something else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    response = HttpResponse(("\ufeff" + text.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_xlsx(name: str, head: list[str], rows: list[list]) -> HttpResponse:
    """One sheet with a frozen bold head; numbers stay numbers."""
    from openpyxl import Workbook  # slow: a third of a second for each process, for a rare download
    from openpyxl.styles import Font  # as above
    from openpyxl.utils import get_column_letter  # as above

    book = Workbook()
    sheet = book.active
    sheet.append([safe(cell) for cell in head])
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    sheet.freeze_panes = "A2"
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 18
    body = io.BytesIO()
    book.save(body)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(body.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
