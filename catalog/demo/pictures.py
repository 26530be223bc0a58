"""The pictures of the pages that one sees first, drawn as soon as the demo mall is in the database."""

import sys
import time
from functools import partial

from django.db import transaction
from tqdm import tqdm

from catalog.pictures.first import rank, render_first, seen_first
from kmall.demo import Mall

SECONDS = 25


def load(mall: Mall) -> None:
    """Rank what waits; draw for a while after commit. A small mall takes a small while."""
    if mall.pictures:
        rank()
        transaction.on_commit(partial(_draw, min(mall.count(SECONDS), SECONDS)))


def _draw(seconds: int) -> None:
    """The bar is of time, since time ends it: the worker does the rest."""
    began, look = time.monotonic(), "{l_bar}{bar}| {n:.0f}/{total} s{postfix}"
    with tqdm(
        total=seconds, desc="first pictures".ljust(24), file=sys.stderr, ascii=True, bar_format=look
    ) as bar:

        def step(done, total):
            bar.set_postfix_str(f"{done} pictures", refresh=False)
            bar.update(min(time.monotonic() - began, seconds) - bar.n)

        render_first(seen_first(), seconds=seconds, step=step)
