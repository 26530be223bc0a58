"""Runs calls at the same time on connections of their own, and places a rival exactly where it hurts."""

import contextlib
import threading
import time
from unittest import mock

from django.db import connection

PATIENCE = 20


def together(*calls):
    """Run the calls in threads that start at one moment: what each returned or raised, in their order."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index, call):
        try:
            start.wait(PATIENCE)
            outcomes[index] = call()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "a rival never came back"
    return outcomes


def until_somebody_waits(unless=lambda: False):
    """Come back when another connection waits for a lock, or need not."""
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees what it saw at first
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] or unless():
                return
            time.sleep(0.01)
    raise AssertionError("nobody came to wait")


@contextlib.contextmanager
def all_read_before_any_goes_on(target, name, unguarded, parties=2):
    """Take a guard away: `target.name` becomes `unguarded`, and each caller waits until all have read."""
    gate = threading.Barrier(parties)

    def replaced(*args, **kwargs):
        result = unguarded(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(PATIENCE)
        return result

    with mock.patch.object(target, name, replaced):
        yield


@contextlib.contextmanager
def without_constraint(model, name):
    """Drop a constraint for the time of a test. The test leaves no row that would break it."""
    (constraint,) = [c for c in model._meta.constraints if c.name == name]
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


@contextlib.contextmanager
def run_across(target, name, rival):
    """Let `rival` go as far as it can before the first call of `target.name`: to its end, or to a lock of ours.

    What it returned is in the list after the block.
    """
    original, outcomes, threads = getattr(target, name), [], []

    def run():
        try:
            outcomes.append(rival())
        finally:
            connection.close()

    def replaced(*args, **kwargs):
        if not threads:
            threads.append(threading.Thread(target=run))
            threads[0].start()
            until_somebody_waits(unless=lambda: not threads[0].is_alive())
        return original(*args, **kwargs)

    with mock.patch.object(target, name, replaced):
        yield outcomes
    threads[0].join(PATIENCE)


def run_before(target, name, rival):
    """Patch `target.name` so that `rival` runs, to its end, before the first call of it."""
    original, lock, done = getattr(target, name), threading.Lock(), []

    def replaced(*args, **kwargs):
        with lock:
            first = not done
            done.append(True)
        if first:
            thread = threading.Thread(target=lambda: (rival(), connection.close()))
            thread.start()
            thread.join(PATIENCE)
        return original(*args, **kwargs)

    return mock.patch.object(target, name, replaced)
