"""Before the mall opens: pictures of the pages that one sees first, on all cores, in bounded time."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connections

from catalog.models import Picture
from catalog.pictures.derive import make
from catalog.pictures.sources import SourceLost

# What lists show on a phone and on a desktop; the rest of the plan is left to the worker.
LIST_SIZES = {"avif": [320, 480]}
DETAIL_SIZES = {"avif": [160, 960]}
CHUNK = 8


def render_first(product_ids: list[int], *, seconds: float = 25, step=None) -> int:
    """Make the covers' list sizes of the products, then the pictures of their pages, in the given order.

    Stops after `seconds`; what is left is rendered when a page asks, or by the worker. No row changes.
    `step(done, total)` is told about progress. Returns the number of pictures rendered.
    """
    until = time.monotonic() + seconds
    work = _work(product_ids)
    connections.close_all()  # the children must not share a connection
    done = 0
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        chunks = [work[at : at + CHUNK] for at in range(0, len(work), CHUNK)]
        for made in pool.map(_make_chunk, chunks, [until] * len(chunks)):
            done += made
            if step:
                step(done, len(work))
    return done


def _work(product_ids: list[int]) -> list[tuple[Picture, dict]]:
    rank = {pk: at for at, pk in enumerate(product_ids)}
    pictures = sorted(
        Picture.objects.filter(product_id__in=product_ids, is_current=True, state=Picture.State.WAITING),
        key=lambda picture: (rank[picture.product_id], picture.position),
    )
    covers = [(picture, LIST_SIZES) for picture in pictures if picture.position == 0]
    return covers + [(picture, DETAIL_SIZES) for picture in pictures]


def _make_chunk(chunk: list[tuple[Picture, dict]], until: float) -> int:
    made = 0
    for picture, wanted in chunk:
        if time.monotonic() > until:
            break
        try:
            make(picture, wanted)
        except SourceLost:
            continue  # the worker will meet it again, and refuse it there
        made += 1
    return made
