"""By asking what changed since a number the mall says what it keeps: only what waits for that is touched."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Product
from partners import locks
from partners.connectors.connector import Item
from partners.models import Feed, Listing
from partners.pull_feed import read, write
from tests.factories.catalog import daily_terms
from tests.factories.partners import listable, shanghai_mall
from tests.partners.feed_reader import Reader

LATER = datetime.timedelta(hours=2)


@pytest.fixture
def mall():
    daily_terms()
    return shanghai_mall()


def in_feed(mall, keys):
    """What is behind each of these products is in the feed, and seen on the mall's page."""
    items = [Item(f"P{key}", 1, f"k{key}", {"category": "meizhuang-hufu"}, {"skus": []}) for key in keys]
    write.upsert(mall.pk, items)
    Listing.objects.filter(partner=mall).delete()
    now = timezone.now()
    Listing.objects.bulk_create(Listing(partner=mall, product_id=key, next_try_at=now) for key in keys)


def copies(product, number):
    return Product.objects.bulk_create(
        Product(
            seller_id=product.seller_id,
            category_id=product.category_id,
            hs_id=product.hs_id,
            slug=f"copy-{n}",
            name_ko="복제",
            name_zh_hans="复制",
        )
        for n in range(number)
    )


def asked_and_met(deed) -> tuple[int, int]:
    """(statements, rows read or written by them) of a deed."""
    met = []

    def count(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        met.append(max(context["cursor"].rowcount, 0))
        return result

    with connection.execute_wrapper(count):
        deed()
    return len(met), sum(met)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [10, 1000])
def test_after_a_full_read_only_what_waits_for_its_look_is_read_and_written(mall, client, number):
    """The same statements and the same rows, however many the mall keeps: those seen there do not count."""
    products = [product.pk for product in copies(listable(), number)]
    in_feed(mall, products)
    now = timezone.now()
    Listing.objects.filter(product__in=products[:3]).update(look_at=now + LATER, looks=9)
    reader, everything = Reader(client), Feed.objects.get().sequence
    cost = asked_and_met(lambda: reader.get(f"/changes?since={everything}"))
    soon = Listing.objects.filter(look_at__lt=now + LATER / 2, looks=0)
    assert sorted(soon.values_list("product", flat=True)) == products[:3]
    assert cost == (10, 11)  # a row of the reading is among them


@pytest.mark.django_db
def test_what_changed_behind_the_malls_number_goes_on_waiting(mall, client):
    first, second = listable().pk, listable().pk
    in_feed(mall, [first, second])
    Listing.objects.update(look_at=timezone.now() + LATER)
    Reader(client).get("/changes?since=1")
    soon = Listing.objects.filter(look_at__lt=timezone.now() + LATER / 2)
    assert list(soon.values_list("product", flat=True)) == [first]


@pytest.mark.django_db(transaction=True)
def test_neither_a_writer_nor_the_reader_waits_for_the_other(mall):
    """A writer holds one of two that the mall says it keeps; the reader passes it by and leaves it be."""
    held, free = listable().pk, listable().pk
    in_feed(mall, [held, free])
    Listing.objects.update(look_at=timezone.now() + LATER)
    is_held, is_done = threading.Event(), threading.Event()

    def write_slowly():
        try:
            with transaction.atomic():
                list(locks.in_order(Listing.objects.filter(product=held)))
                is_held.set()
                is_done.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    is_held.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '2s'")
        read.mall_keeps(mall.pk, 2)
    finally:
        is_done.set()
        writer.join()
    soon = Listing.objects.filter(look_at__lt=timezone.now() + LATER / 2)
    assert list(soon.values_list("product", flat=True)) == [free]
