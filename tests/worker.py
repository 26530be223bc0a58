"""A real Celery worker for tests that stop or kill it."""

import os
import signal
import sys
import time

from django.conf import settings
from django.db import connection

from kmall.embedded.processes import Process
from tests.servers import FOLDER


def same_mall() -> dict[str, str]:
    """The environment of a process on the test database and the Redis of this test run."""
    server = settings.DATABASES["default"]
    address = f"{server['HOST']}:{server['PORT']}/{connection.settings_dict['NAME']}"
    database = f"postgresql://{server['USER']}:{server['PASSWORD']}@{address}"
    return {**os.environ, "DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL}


class Worker(Process):
    def __init__(self, *arguments: str):
        command = [sys.executable, "-m", "celery", "-A", "kmall", "worker", "--pool=solo", "-l", "info"]
        command += ["-Q", "celery,partners"]
        log = FOLDER / f"worker-{os.getpid()}.log"
        super().__init__("worker", [*command, *arguments], log=log, env=same_mall())

    def start(self):
        self.log.unlink(missing_ok=True)
        super().start()
        give_up_at = time.monotonic() + 60
        while " ready." not in (self.log.read_text() if self.log.exists() else ""):
            if not self.is_alive or time.monotonic() > give_up_at:
                raise AssertionError(f"the worker did not start: {self.last_words(20)}")
            time.sleep(0.05)

    def kill(self):
        """As a machine that loses power: no message is acknowledged, no lease given back."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
