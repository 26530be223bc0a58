"""Two workers write to one feed while a mall reads it: no change may appear behind what was read already."""

import threading
from unittest import mock

import pytest
from django.db import connection

from partners import locks
from partners.connectors.connector import Item
from partners.models import Feed
from partners.pull_feed import build, read, write
from partners.pull_feed.shelves import Shelves
from tests.factories.partners import shanghai_mall
from tests.partners.feed_reader import Reader
from tests.races.rival import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mall():
    mall = shanghai_mall()
    write.upsert(mall.pk, [item(1), item(2)])
    return mall


def item(number, version=1):
    return Item(f"P{number}", version, f"{number}:{version}", {"category": "meizhuang-hufu"}, {"skus": []})


def read_between(mall, reader):
    """P1's writer is held up before it commits; meanwhile P2 is written, if it can be, and the mall reads."""
    second, lock = threading.Event(), threading.Lock()
    original = Shelves.save

    def held_up(shelves):
        if lock.acquire(blocking=False):
            second.wait(2)
        original(shelves)

    def other():
        write.upsert(mall.pk, [item(2, 2)])
        reader.delta()
        second.set()

    with mock.patch.object(Shelves, "save", held_up):
        first = threading.Thread(target=lambda: (write.upsert(mall.pk, [item(1, 2)]), connection.close()))
        first.start()
        while not lock.locked():
            pass
        rival = threading.Thread(target=lambda: (other(), connection.close()))
        rival.start()
        for thread in (first, rival):
            thread.join(20)
    reader.delta()
    return [reader.items[name]["version"] for name in ("P1", "P2")]


def test_without_the_lock_the_mall_misses_a_change_for_ever(mall, client):
    reader = Reader(client)
    reader.delta()
    numbers = iter([10, 11])

    def unlocked(partner_id):
        feed = Feed.objects.get(partner=partner_id)
        feed.sequence = next(numbers)
        return feed

    with mock.patch.object(locks, "feed", unlocked):
        assert read_between(mall, reader) == [1, 2]


def test_changes_appear_in_the_order_of_their_numbers(mall, client):
    assert read_between(mall, Reader(client)) == [2, 2]


def test_every_part_that_a_manifest_names_can_be_read_while_others_write_and_build(mall, client):
    write.upsert(mall.pk, [item(n) for n in range(3, 30)])

    def keep_writing(first):
        for version in range(2, 12):
            write.upsert(mall.pk, [item(first, version), item(first + 1, version)])
            build.build(mall.pk)
            build.prune_all()

    def keep_reading():
        whole = Reader(client)
        for _ in range(8):
            read.part.cache_clear()
            whole.full()
            whole.parts.clear()
            assert whole.delta()
        return len(whole.items)

    outcomes = together(lambda: keep_writing(1), lambda: keep_writing(3), keep_reading)
    assert outcomes == [None, None, 29]
    build.build(mall.pk)
    whole = Reader(client)
    assert whole.full()["sequence"] == Feed.objects.get().sequence
    assert [whole.items[f"P{n}"]["version"] for n in (1, 2, 3, 4, 5)] == [11, 11, 11, 11, 1]
