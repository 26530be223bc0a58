"""Several people at once: each a forked process with connections of its own, beginning at the same moment."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

from django.db import connection

LONGEST_WAIT = 60  # seconds, for the others
_line = None


def together(task: Callable, calls: Iterable[tuple]) -> list:
    """What `task(*call)` gave in each process; it calls `wait_for_all` once it is ready."""
    calls = list(calls)
    connection.close()  # not to be shared with children
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(len(calls))
    with ProcessPoolExecutor(len(calls), fork, initializer=_line_up, initargs=[barrier]) as people:
        begun = [people.submit(task, *call) for call in calls]
        return [each.result() for each in begun]


def wait_for_all() -> None:
    _line.wait(LONGEST_WAIT)


def _line_up(barrier) -> None:
    global _line
    _line = barrier
