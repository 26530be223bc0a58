"""Bulk loading with COPY: rows of a model are gathered as text and sent in large pieces."""

import io
import json
from contextlib import contextmanager

from django.db import connection, models
from django.db.models import Max

PIECE = 5_000
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Table:
    """Rows of one model on their way into the database, with keys given here.

    Columns that a row leaves out get the model's default; a translated column falls back to its Korean
    text, and `auto_now_add` to `now`. Foreign keys are checked at the end of the transaction, so the order
    of tables does not matter. Close it (or use `with`) to send what is left and to move the sequence on.
    """

    def __init__(self, model: type[models.Model], *, now):
        self.model = model
        self._lines: list[str] = []
        self._columns = {field.attname: self._default(field, now) for field in model._meta.concrete_fields}
        self._forms: dict[tuple[str, ...], tuple[str, list[str]]] = {}
        self._key = model._meta.pk
        self._is_serial = isinstance(self._key, models.AutoField)
        self.next = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1 if self._is_serial else 0

    def add(self, **values) -> int | None:
        """Add a row; returns its key where the key is a serial number."""
        if self._is_serial and self._key.attname not in values:
            values[self._key.attname] = self.next
            self.next += 1
        form, names = self._forms.get(given := tuple(values)) or self._form(given)
        self._lines.append(form % tuple([_cell(values[name]) for name in names]))
        if len(self._lines) >= PIECE:
            self.flush()
        return self.next - 1 if self._is_serial else None

    def _form(self, given: tuple[str, ...]) -> tuple[str, list[str]]:
        """A row with places for the columns that are given, and the defaults of all others; made once."""
        cells, names = [], []
        for name, default in self._columns.items():
            name = name if name in given else f"{name}_ko"
            if name in given:
                names.append(name)
            cells.append("%s" if name in given else _cell(default).replace("%", "%%"))
        unknown = set(given) - set(names)
        if unknown:
            raise TypeError(f"{self.model.__name__} has no columns {sorted(unknown)}")
        self._forms[given] = "\t".join(cells) + "\n", names
        return self._forms[given]

    def flush(self) -> None:
        if not self._lines:
            return
        quote = connection.ops.quote_name
        columns = ", ".join(quote(name) for name in self._columns)
        with connection.cursor() as cursor:
            table = quote(self.model._meta.db_table)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("".join(self._lines)))
        self._lines = []

    def close(self) -> None:
        self.flush()
        if self._is_serial:
            table, column = self.model._meta.db_table, self._key.column
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), greatest(%s, 1))",
                    [table, column, self.next - 1],
                )

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if not failed:
            self.close()

    @staticmethod
    def _default(field, now):
        if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
            return now
        return None if field.null and not field.has_default() else field.get_default()


@contextmanager
def indexes_afterwards(model: type[models.Model]):
    """Fill a table without the indexes of its model and make them at the end, which is several times faster.

    The table is locked until the end of the transaction: for one that nobody uses yet.
    """
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    connection.check_constraints()  # else they wait for the commit, and a table with such rows takes no index
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)


def _cell(value) -> str:
    """One value as COPY's text format reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True).translate(ESCAPES)
    return str(value)
