"""The database's answers as exceptions of ours: a broken constraint, a lock that did not come in time."""

import contextlib
from collections.abc import Callable

from django.db import IntegrityError, OperationalError, connection

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
