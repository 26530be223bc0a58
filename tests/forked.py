"""Processes of the project that begin at once: forked from one that has imported it and done nothing else.

To start Python and import all of it would be most of the time of a test that kills its worker.
"""

import multiprocessing
import os
import signal
import time

from django.conf import settings
from django.db import connection

from kmall.embedded.processes import dies_with_parent

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.imported"])
_DATABASE = ("NAME", "HOST", "PORT", "USER", "PASSWORD")


class Forked:
    """A process on this test's database and Redis that calls a function.

    `log`: a file for what it says; None: it says it where we do. `changed`: names of settings that are to be
    as they are here.
    """

    def __init__(self, function, *arguments, log=None, changed=()):
        self._task, self.log = (function, arguments), log
        self._settings = {name: getattr(settings, name) for name in changed}
        self._process = None

    def start(self):
        address = {name: connection.settings_dict[name] for name in _DATABASE}
        self._process = _forks.Process(target=_begin, args=(address, self._settings, self.log, *self._task))
        self._process.start()
        return self

    @property
    def is_alive(self):
        return self._process.is_alive()

    def wait(self, seconds=60):
        """What it ended with: less than 0, the signal that killed it."""
        self._process.join(seconds)
        assert not self.is_alive, "it has not ended"
        return self._process.exitcode

    def kill(self):
        """As a machine that loses power: no message is acknowledged, no lease given back."""
        self._process.kill()
        self.wait()

    def stop(self, patience=15):
        """Asked to end, then made to."""
        self._process.terminate()
        self._process.join(patience)
        self.kill()

    def until_it_says(self, words, seconds=60):
        give_up_at = time.monotonic() + seconds
        while words not in (said := self.log.read_text() if self.log.exists() else ""):
            if not self.is_alive or time.monotonic() > give_up_at:
                raise AssertionError(f"it did not say {words!r}: {said[-2000:]}")
            time.sleep(0.02)


def _begin(address, changed, log, function, arguments):
    dies_with_parent(signal.SIGKILL)
    if log:
        with log.open("wb") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
    connection.settings_dict.update(address)
    for name, value in changed.items():
        setattr(settings, name, value)
    function(*arguments)


def database_url():
    """Of this test's own."""
    address = {name: connection.settings_dict[name] for name in _DATABASE}
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(address)
