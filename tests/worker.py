"""A real Celery worker for tests that stop or kill it."""

import os

from kmall.celery import app
from tests.forked import Forked
from tests.servers import FOLDER


class Worker(Forked):
    def __init__(self, *, changed=()):
        log = FOLDER / f"worker-{os.getpid()}.log"
        super().__init__(_work, log=log, changed=changed)

    def start(self):
        self.log.unlink(missing_ok=True)
        super().start()
        self.until_it_says(" ready.")
        return self


def _work():
    app.worker_main(["worker", "--pool=solo", "-l", "info", "-Q", "celery,partners"])
