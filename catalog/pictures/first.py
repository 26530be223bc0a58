"""The pictures that are seen first, made before the mall opens: on all cores, in bounded time."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connection, connections
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from catalog.models import Category, Picture, SearchRow
from catalog.pictures.derive import make
from catalog.pictures.sources import SourceLost

# What lists show on a phone and on a desktop; the rest of the plan is left to the worker.
LIST_SIZES = {"webp": [320, 480]}
DETAIL_SIZES = {"avif": [960], "webp": [160]}
CHUNK = 4
BEST, BEST_OF_CATEGORY = 48, 24


def rank() -> None:
    """Waiting drawings in the order in which they are likely to be looked at: what sells, covers first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_picture picture SET priority = product.sold * 10 / (picture.position + 1) "
            "FROM catalog_product product WHERE product.id = picture.product_id "
            "AND picture.state = 'waiting' AND picture.art IS NOT NULL"
        )


def seen_first() -> list[int]:
    """Product ids of the home page and of the top of every category's list, in that order."""
    rows = SearchRow.objects.filter(has_stock=True).order_by("-sold", "-product_id")
    best = list(rows.values_list("product_id", flat=True)[:BEST])
    tops = SearchRow.objects.filter(has_stock=True).annotate(
        place=Window(
            RowNumber(), partition_by="category_path", order_by=(F("rank").desc(), F("product").desc())
        )
    )
    leaves = tops.filter(place__lte=BEST_OF_CATEGORY).order_by("place", "-rank", "-product_id")
    of_categories = [
        product
        for category in Category.objects.filter(depth=0)
        for product in rows.filter(category_path__startswith=category.path)
        .order_by("-rank", "-product_id")
        .values_list("product_id", flat=True)[:BEST_OF_CATEGORY]
    ]
    return list(dict.fromkeys([*best, *of_categories, *leaves.values_list("product_id", flat=True)]))


def render_first(product_ids: list[int], *, seconds: float = 25, step=None) -> int:
    """Make the covers' list sizes of the products, then the pictures of their pages, in the given order.

    Outside of a transaction. Stops after `seconds`; what is left is rendered when a page asks, or by the
    worker. No row changes. `step(done, total)` hears of the progress. Returns the pictures rendered.
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
    rank_of = {pk: at for at, pk in enumerate(product_ids)}
    pictures = sorted(
        Picture.objects.filter(product_id__in=product_ids, is_current=True, state=Picture.State.WAITING),
        key=lambda picture: (rank_of[picture.product_id], picture.position),
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
