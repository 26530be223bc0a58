"""The pictures of the pages that one sees first, drawn as soon as the demo mall is in the database."""

import sys
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
    with tqdm(unit="picture", desc="first pictures".ljust(24), file=sys.stderr, ascii=True) as bar:

        def step(done, total):
            bar.total = total
            bar.update(done - bar.n)

        render_first(seen_first(), seconds=seconds, step=step)
