"""The database's answers as exceptions of ours, and statements that it plans once for each connection."""

import contextlib
import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import DateField, Field, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import ValuesListIterable

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


class Busy(Exception):
    """Somebody else holds the rows for longer than we wait. The transaction is over; try again later."""


@contextlib.contextmanager
def on_violation(constraint_name: str, exc: Exception | Callable[[], Exception]):
    """Raise `exc` where the statement inside breaks the constraint of that name.

    No savepoint: as after any failed statement, the transaction around can only be rolled back.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != constraint_name:
            raise
        raise (exc if isinstance(exc, Exception) else exc()) from error


@contextlib.contextmanager
def lock_timeout(seconds: float):
    """Inside a transaction, wait at most so long for a lock; then `Busy`. A deadlock is `Busy` as well.

    Only locks taken inside count; the transaction's own time limit is put back behind it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)",
            [f"{int(seconds * 1000)}ms"],
        )
        before, _ = cursor.fetchone()
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
            raise Busy from error
        raise
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def one_write(*, is_several: bool = False) -> contextlib.AbstractContextManager:
    """For what is written at once and bears one stamp (`xmin`), of several statements or a single one.

    That is a transaction by itself, in a third of the round trips; within another's it needs a savepoint.
    """
    needed = is_several or connection.in_atomic_block
    return transaction.atomic() if needed else contextlib.nullcontext()


def among(keys: list[int]) -> RawSQL:
    """Many keys as one value, for a filter with `__in`: Django prepares each of a list's by itself."""
    return RawSQL("select unnest(%s::bigint[])", [keys])


def parameter(name: str, field: Field | None = None) -> RawSQL:
    """A value that a `Prepared` queryset gets each time; of a `field` where it is to be reckoned with."""
    return RawSQL(f"%({name})s", [], output_field=field)


def among_parameter(name: str) -> RawSQL:
    """`among` of such a value."""
    return RawSQL(f"select unnest(%({name})s)", [])


_NAMED = re.compile(r"%\((\w+)\)s")
_planned: WeakKeyDictionary = WeakKeyDictionary()  # a driver's connection -> what it has planned


@dataclass(frozen=True)
class Prepared:
    """A statement that PostgreSQL plans once a connection: for those whose planning costs more than they do.

    `sql` names its parameters as the driver does, `%(slug)s`, or makes a `values_list` with a `parameter` for
    each, of a plain queryset: those that translate read their columns in any order. `types` gives each one's
    type. A name stands for one text for the life of the process. The connection must stay ours: a pool that
    hands it to others between transactions would lose what was planned (docs/deploy.md).
    """

    name: str
    sql: str | Callable[[], QuerySet]
    types: dict[str, str]

    def rows(self, **values) -> list[tuple]:
        with connection.cursor() as cursor:
            planned = _planned.setdefault(connection.connection, set())
            if self.name not in planned:
                self._plan()
                planned.add(self.name)
            cursor.execute(self._call(), values)
            return cursor.fetchall()

    def _call(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(f'%({name})s' for name in self.types)})"

    def _plan(self) -> None:
        """On the driver's own cursor: as little a query of the page as opening the connection was."""
        with connection.connection.cursor() as cursor:
            cursor.execute(*self._statement)

    @cached_property
    def _statement(self) -> tuple[str, tuple | None]:
        """Made once a process: what the ORM takes for it a thread's first task would wait for."""
        places = {name: f"${place}" for place, name in enumerate(self.types, 1)}
        sql, constants = (self.sql, None) if isinstance(self.sql, str) else _compiled(self.sql())
        sql = _NAMED.sub(lambda found: places[found[1]], sql)
        return f"PREPARE {self.name} ({', '.join(self.types.values())}) AS {sql}", constants


def columns(model: type[Model], *, but: Iterable[str] = ()) -> list[str]:
    """What `instances` are made of, all fields or all but some: for a `values_list`."""
    return [field.attname for field in model._meta.concrete_fields if field.attname not in but]


def instances(model: type[Model], rows: Iterable[tuple], *, but: Iterable[str] = ()) -> list[Model]:
    """What a `Prepared` read of these `columns` of a model found, as its own query would have made it."""
    names, alias = columns(model, but=but), connection.alias
    fields = [model._meta.get_field(name) for name in names]
    turned = [(at, field.from_db_value) for at, field in enumerate(fields) if hasattr(field, "from_db_value")]
    found = []
    for values in map(list, rows):
        for at, turn in turned:
            values[at] = turn(values[at], None, connection)
        found.append(model.from_db(alias, names, values))
    return found


class InForce:
    """Rows of a model that hold from a day on, until the next does; asked for wherever there is a price."""

    def __init__(self, model: type[Model], begins: str):
        self._model = model
        self._read = Prepared(
            f"{model._meta.db_table}_in_force",
            lambda: (
                QuerySet(model)
                .filter(**{f"{begins}__lte": parameter("on", DateField())})
                .order_by(f"-{begins}")
                .values_list(*columns(model))[:1]
            ),
            {"on": "date"},
        )

    def at(self, on: datetime.date) -> Model | None:
        """The newest that begins by the day; None before the first."""
        return next(iter(instances(self._model, self._read.rows(on=on))), None)


def _compiled(rows: QuerySet) -> tuple[str, tuple]:
    if rows._iterable_class is not ValuesListIterable:
        raise TypeError("the columns of a prepared read are those of a plain values_list")
    return rows.query.sql_with_params()
