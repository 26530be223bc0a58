"""Listings at partner malls: a first sync, delays until a change is seen, a new rate, rows, memory.

    python -m bench.sync

Runs on a copy of the mall that is dropped afterwards (bench/listings.py), with real workers and stand-ins of
I Get Mall whose rate limit is lifted and whose calls are 40 ms on their way there and back; a first sync is
measured at 80 ms too, as between Korea and China. Its floor is a bare loop of httpx that posts the same
signed payloads in as many threads to a stand-in as empty.
"""

import os
import subprocess
import sys

from django.db import connection

from bench import mall
from bench.load import arguments

REDIS = 6  # beside ours


def main() -> int:
    chosen = arguments(__doc__)
    connection.close()
    with mall.copied("sync", REDIS) as env:
        told = [str(int(chosen.quick)), *([chosen.json] if chosen.json else [])]
        command = [sys.executable, "-W", "ignore", "-m", "bench.listings", *told]
        return subprocess.call(command, env={**os.environ, **env, "BENCH_OWN_MALL": ""})


if __name__ == "__main__":
    sys.exit(main())
