"""Our side of the feed: written by the ordinary sync, kept as ready bytes, read as the contract says."""

import datetime
import gzip
import json

import pytest
from django.utils import timezone

from catalog.models import Sku
from partners.connectors import connect
from partners.connectors.connector import Item
from partners.models import Feed, FeedItem, FeedPage, FeedPart, Listing
from partners.pull_feed import build, write
from partners.pull_feed import read as feed_read
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, shanghai_mall
from tests.partners.feed_reader import Reader, sha

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall():
    daily_terms()
    return shanghai_mall()


def item(number, version=1, *, category="meizhuang-hufu", title="精华", stock=5):
    content = {"title": f"{title} {number}", "category": category}
    return Item(f"P{number}", version, f"k{number}:{version}", content, {"skus": [{"stock": stock}]})


def fill(mall, count, **how):
    for start in range(1, count + 1, 200):
        write.upsert(mall.pk, [item(n, **how) for n in range(start, min(start + 200, count + 1))])
    build.build(mall.pk)


def results(answers):
    return [answer.result.value for answer in answers]


def test_a_synced_listing_is_in_the_feed_as_it_should_be(mall, reader):
    product = listable(name_zh_hans="淡温 积雪草精华液")
    changed(product, "state")
    sync(mall)
    assert reader.delta()
    row = reader.items[f"P{product.pk}"]
    assert (row["content"]["title"], row["offer"]["skus"][0]["price_fen"]) == ("淡温 积雪草精华液", 10110)
    listing = Listing.objects.get()
    assert (listing.outcome, listing.confirmed_version, listing.is_shown) == (
        "accepted",
        row["version"],
        False,
    )
    assert sha(
        json.dumps(row["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ) == (listing.confirmed_hash)


def test_a_new_price_is_one_change_and_the_text_stays(mall, reader):
    product = listable()
    changed(product, "state")
    sync(mall)
    reader.delta()
    Sku.objects.filter(product=product).update(price_krw=9000)
    changed(product, "price")
    sync(mall)
    before = reader.position
    reader.delta()
    assert (reader.position, reader.items[f"P{product.pk}"]["offer"]["skus"][0]["price_fen"]) == (
        before + 1,
        5050,
    )


def test_full_feed_and_changes_from_nothing_give_the_same(mall, client):
    fill(mall, 430)
    write.withdraw(mall.pk, [Item("P7", 2, "k")])
    build.build(mall.pk)
    one, other = Reader(client), Reader(client)
    manifest = one.full()
    assert other.delta()
    assert one.shown() == other.shown()
    assert (manifest["items"], len(one.shown()), one.position) == (429, 429, other.position)
    assert [page["items"] for page in manifest["pages"]] == [199, 200, 30]


def test_a_change_makes_its_own_page_anew_and_no_other(mall, reader):
    fill(mall, 430)
    reader.full()
    write.offer(mall.pk, [item(250, 2, stock=1)])
    assert build.build(mall.pk) == 1
    reader.fetched = 0
    reader.full()
    assert (reader.fetched, reader.items["P250"]["offer"]["skus"][0]["stock"]) == (1, 1)


def test_an_item_that_changes_its_category_moves_to_a_page_there(mall, reader):
    fill(mall, 3)
    write.upsert(mall.pk, [item(2, 2, category="shipin-lingshi")])
    build.build(mall.pk)
    pages = {(page["category"], page["page"]): page["items"] for page in reader.full()["pages"]}
    assert pages == {("meizhuang-hufu", 1): 2, ("shipin-lingshi", 1): 1}
    assert reader.items["P2"]["page"] == "shipin-lingshi/1"


def test_the_newest_version_wins_and_a_repeat_changes_nothing(mall):
    assert results(write.upsert(mall.pk, [item(1, 3)])) == ["accepted"]
    assert results(write.upsert(mall.pk, [item(1, 3)])) == ["repeated"]
    late = write.upsert(mall.pk, [item(1, 2, title="旧")])
    assert (results(late), late[0].held_version) == (["stale"], 3)
    assert results(write.offer(mall.pk, [item(9, 1)])) == ["refused"]
    assert Feed.objects.get().sequence == 1


def test_what_the_reader_has_is_not_sent_again(mall, reader):
    fill(mall, 3)
    for path in ("/manifest", f"/parts/{FeedPart.objects.get().digest}", "/changes?since=3"):
        etag = reader.get(path)["ETag"]
        again = reader.get(path, {"If-None-Match": etag})
        assert (again.status_code, again.content, again["X-PJ-Digest"]) == (304, b"", etag.strip('"'))
    write.offer(mall.pk, [item(1, 2, stock=0)])
    assert reader.get("/changes?since=3", {"If-None-Match": etag}).status_code == 200


def test_a_reader_that_is_too_far_behind_takes_the_full_feed(mall, reader):
    fill(mall, 3)
    reader.delta()
    write.withdraw(mall.pk, [Item("P2", 2, "k")])
    build.build(mall.pk)
    FeedItem.objects.filter(out_id="P2").update(removed_at=timezone.now() - datetime.timedelta(days=8))
    build.prune(mall.pk)
    assert not FeedItem.objects.filter(out_id="P2").exists()
    assert not reader.delta()
    reader.full()
    assert (sorted(reader.shown()), reader.delta()) == (["P1", "P3"], True)


def test_a_reader_that_is_ahead_of_us_takes_the_full_feed(mall, reader):
    fill(mall, 1)
    reader.position = 99
    assert not reader.delta()


def test_a_part_outlives_the_manifest_that_named_it_by_half_an_hour(mall, reader):
    fill(mall, 1)
    old = json.loads(reader.read("/manifest"))["pages"][0]["part"]
    write.offer(mall.pk, [item(1, 2, stock=0)])
    build.build(mall.pk)
    dropped = FeedPart.objects.filter(digest=old)
    for minutes, left in ((29, 1), (31, 0)):
        dropped.update(dropped_at=timezone.now() - datetime.timedelta(minutes=minutes))
        build.prune(mall.pk)
        assert dropped.count() == left
    feed_read.part.cache_clear()
    assert reader.get(f"/parts/{old}").json()["code"] == "NOT_FOUND"


def test_bytes_that_come_back_are_kept(mall):
    fill(mall, 1)
    first = FeedPart.objects.get().digest
    write.upsert(mall.pk, [item(2)])
    build.build(mall.pk)
    write.withdraw(mall.pk, [Item("P2", 2, "k")])
    build.build(mall.pk)
    assert list(FeedPart.objects.filter(dropped_at=None).values_list("digest", flat=True)) == [first]


def test_the_manifest_claims_no_change_that_a_page_lacks(mall, reader):
    fill(mall, 2)
    write.offer(mall.pk, [item(1, 2, stock=0)])
    write.upsert(mall.pk, [item(9, category="shipin-lingshi")])
    build._make(FeedPage.objects.get(category="shipin-lingshi"))
    build.publish(Feed.objects.get().pk)
    manifest = reader.full()
    assert (manifest["sequence"], sorted(reader.items)) == (2, ["P1", "P2", "P9"])
    assert reader.delta()
    assert reader.items["P1"]["offer"]["skus"][0]["stock"] == 0


def test_the_digests_of_the_manifest_are_those_of_the_items(mall, reader):
    fill(mall, 230)
    manifest = reader.full()
    lines = {1: "", 2: ""}
    for out_id, one in sorted(reader.items.items()):
        parts = [
            sha(json.dumps(one[part], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
            for part in ("content", "offer")
        ]
        lines[int(one["page"][-1])] += "\t".join([out_id, str(one["version"]), *parts]) + "\n"
    pages = [sha(lines[number].encode()) for number in (1, 2)]
    assert [page["digest"] for page in manifest["pages"]] == pages
    category = sha("".join(f"{number}\t{page}\n" for number, page in enumerate(pages, 1)).encode())
    assert manifest["categories"][0]["digest"] == category
    assert manifest["digest"] == sha(f"meizhuang-hufu\t{category}\n".encode())


def test_an_empty_feed_can_be_read(mall, reader):
    assert (reader.full()["pages"], reader.delta()) == ([], True)


@pytest.mark.parametrize("count", [10, 1000])
def test_reading_costs_the_same_few_queries_whatever_the_size(mall, reader, count, django_assert_num_queries):
    fill(mall, count)
    write.offer(mall.pk, [item(1, 2, stock=0)])
    since = Feed.objects.get().sequence - 1
    reader.get(f"/changes?since={since}")
    digest = FeedPart.objects.first().digest
    feed_read.part.cache_clear()
    kept, kept_together = 1, 3  # a row of the reading; of a page in a transaction, elsewhere but in tests
    for path, number in (
        ("/manifest", 1 + kept),
        (f"/parts/{digest}", 1 + kept_together),
        (f"/parts/{digest}", 0 + kept_together),
        (f"/changes?since={since}", 3 + kept),
    ):
        with django_assert_num_queries(number):
            reader.get(path)


@pytest.mark.parametrize("count", [10, 200])
def test_writing_a_batch_costs_the_same_few_queries(mall, count, django_assert_max_num_queries):
    fill(mall, 1)
    with django_assert_max_num_queries(10):
        write.upsert(mall.pk, [item(n, 2) for n in range(1, count + 1)])


def test_requests_that_are_not_the_malls_are_refused(mall, reader):
    fill(mall, 1)

    def code(**how):
        answer = reader.get("/manifest", **how)
        return answer.status_code, answer.json()["code"]

    assert code(secret="wrong") == (401, "INVALID_SIGNATURE")
    assert code(key="stranger") == (401, "INVALID_KEY")
    assert code(at=1) == (401, "TIMESTAMP_EXPIRED")
    assert code(nonce="short") == (400, "INVALID_PARAMETER")
    assert reader.get("/manifest", nonce="a" * 20).status_code == 200
    assert code(nonce="a" * 20) == (401, "REPLAYED_NONCE")
    assert reader.client.get("/partners/feed/shanghai/manifest").json()["code"] == "INVALID_PARAMETER"
    assert reader.get("/changes?since=x").json()["code"] == "INVALID_PARAMETER"
    assert reader.client.get("/partners/feed/nobody/manifest").json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/parts/xyz", "/nothing", "/manifest/", "/changes/7"])
def test_an_address_that_there_is_not_is_told_as_the_contract_says(mall, reader, path):
    answer = reader.get(path)
    assert (answer.status_code, answer.json()) == (404, {"code": "NOT_FOUND", "message": ""})


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "gzip"), ("br", None), ("gzip;q=0, br", None)]
)
def test_it_is_compressed_as_the_contract_says_or_not_at_all(mall, reader, accepted, encoding):
    fill(mall, 1)
    answer = reader.get("/manifest", {"Accept-Encoding": accepted})
    raw = gzip.decompress(answer.content) if encoding else answer.content
    assert (answer.get("Content-Encoding"), sha(raw)) == (encoding, answer["X-PJ-Digest"])


def test_what_the_mall_says_it_keeps_is_looked_up_soon(mall, reader):
    product = listable()
    changed(product, "state")
    sync(mall)
    Listing.objects.update(look_at=timezone.now() + datetime.timedelta(hours=1), looks=9)
    assert [shown.state for shown in connect(mall).look([f"P{product.pk}"])] == ["pending"]
    reader.delta()
    assert Feed.objects.get().mall_sequence == 0
    reader.delta()
    listing = Listing.objects.get()
    assert Feed.objects.get().mall_sequence == 1
    assert (listing.looks, listing.look_at < timezone.now() + datetime.timedelta(seconds=2)) == (0, True)


def test_what_is_forgotten_grows_though_the_clocks_of_two_workers_differ(mall):
    fill(mall, 2)
    for number in (1, 2):
        write.withdraw(mall.pk, [Item(f"P{number}", 2, f"{number}")])
    build.build(mall.pk)
    for number in (2, 1):
        old = timezone.now() - build.TOMBSTONES_KEPT - datetime.timedelta(seconds=1)
        FeedItem.objects.filter(out_id=f"P{number}").update(removed_at=old)
        build.prune(mall.pk)
    assert (Feed.objects.get().oldest, FeedItem.objects.exists()) == (Feed.objects.get().sequence, False)
