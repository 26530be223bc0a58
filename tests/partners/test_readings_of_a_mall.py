"""What a mall that pulls reads of our feed stands under "what was sent": how much, and nothing secret."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Call, EmptyPolls, FeedPart
from partners.pull_feed import build, pages_read, write
from partners.said import said
from partners.tasks import forget_old_calls
from tests.factories.catalog import daily_terms
from tests.factories.partners import shanghai_mall
from tests.factories.people import kita_officer
from tests.journeys.people import until
from tests.partners.feed_reader import SECRET
from tests.partners.test_shanghai_feed import fill, item

pytestmark = pytest.mark.django_db
OVERVIEW, CALLS = "/admin/partners/partnermall/", "/admin/partners/call/"


@pytest.fixture
def mall():
    daily_terms()
    return shanghai_mall()


def kept() -> list[tuple]:
    """(what, status, items, what became of it) of all readings, the first first."""
    rows = Call.objects.order_by("pk")
    return list(rows.values_list("kind", "status", "listings", "outcome"))


def test_each_reading_is_kept_by_what_was_asked_and_how_much_was_got(mall, reader):
    fill(mall, 230)
    reader.full()
    answer = reader.get("/changes?since=225")
    assert sorted(kept()) == [
        ("read_changes", 200, 5, "ok"),
        ("read_manifest", 200, 230, "ok"),
        ("read_part", 200, 30, "ok"),
        ("read_part", 200, 200, "ok"),
    ]
    call = Call.objects.get(kind="read_changes")
    assert call.address == "/partners/feed/shanghai/changes?since=225"
    assert json.loads(said(call.answered)) == {"items": 5, "bytes": len(answer.content)}
    assert call.at > timezone.now() - datetime.timedelta(minutes=1)


def test_no_secret_and_no_body_is_kept_of_a_reading(mall, reader):
    fill(mall, 3)
    reader.get("/changes?since=0")
    call = Call.objects.get()
    asked = said(call.sent)
    assert asked.startswith("If-None-Match: \nAuthorization: *** key=***, time=")
    assert asked.endswith(", nonce=***, sign=***")
    assert not [word for word in (SECRET, "kmall24", "精华") if word in asked + said(call.answered)]


def test_what_the_mall_had_already_is_counted_and_not_kept(mall, reader):
    fill(mall, 3)
    paths = ["/manifest", f"/parts/{FeedPart.objects.get().digest}", "/changes?since=2"]
    tags = [reader.get(path)["ETag"] for path in paths]
    Call.objects.all().delete()
    for path, tag in zip(paths, tags, strict=True):
        assert reader.get(path, {"If-None-Match": tag}).status_code == 304
    assert reader.get("/changes?since=3").status_code == 200
    assert (kept(), sum(EmptyPolls.objects.values_list("number", flat=True))) == ([], 4)


def test_who_is_turned_away_is_kept_with_the_reason_and_cannot_fill_the_list(mall, reader):
    fill(mall, 3)
    for _ in range(5):
        assert reader.get("/manifest", secret="wrong").status_code == 401
    assert reader.get("/changes?since=0", key="stranger").status_code == 401
    assert reader.client.get("/partners/feed/nobody/manifest").status_code == 404
    found = list(Call.objects.order_by("pk").values_list("kind", "status", "outcome", "error", "partner"))
    assert found == [
        ("read_manifest", 401, "refused", "INVALID_SIGNATURE", mall.pk),
        ("read_changes", 401, "refused", "INVALID_KEY", mall.pk),
    ]


def test_a_mall_that_is_told_to_take_the_full_feed_has_had_an_answer(mall, reader):
    fill(mall, 1)
    reader.get("/changes?since=99")
    reader.get(f"/parts/{'0' * 64}")
    assert kept() == [("read_changes", 410, 0, "ok"), ("read_part", 404, 0, "ok")]


@pytest.mark.parametrize("number", [10, 1000])
def test_keeping_a_reading_is_one_statement_however_much_is_read(mall, reader, number):
    fill(mall, number)
    write.offer(mall.pk, [item(1, 2, stock=0)])
    build.build(mall.pk)
    reader.get("/changes?since=0")
    with CaptureQueriesContext(connection) as asked:
        reader.get("/manifest")
        reader.get("/changes?since=0")
    written = [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]
    assert (len(written), len(asked)) == (2, 6), written


@pytest.mark.django_db(transaction=True)
def test_pages_are_kept_together_a_moment_later(mall, reader, monkeypatch):
    """A page is served without a statement that writes; read again meanwhile, it is the same row."""
    fill(mall, 230)
    monkeypatch.setattr(pages_read, "AFTER", 0.2)
    parts = FeedPart.objects.order_by("pk").values_list("digest", flat=True)
    addresses = [f"/parts/{digest}" for digest in parts]
    with CaptureQueriesContext(connection) as asked:
        for address in [*addresses, addresses[0]]:
            assert reader.get(address).status_code == 200
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert not kept()
    until(lambda: len(kept()) == 2)
    got = [json.loads(said(call.answered)) for call in Call.objects.order_by("pk")]
    assert sorted((one["items"], one.get("times", 1)) for one in got) == [(30, 1), (200, 2)]


def test_readings_are_on_the_desk_beside_the_calls_and_go_with_them(mall, reader, client):
    fill(mall, 3)
    reader.get("/changes?since=0")
    reader.get("/manifest", secret="wrong")
    client.force_login(kita_officer())
    page = client.get(CALLS).content.decode()
    assert ("쇼핑몰이 변경분을 읽음" in page, "거절함" in page) == (True, True)
    one = client.get(f"{CALLS}{Call.objects.get(kind='read_changes').pk}/change/").content.decode()
    assert "&quot;items&quot;: 3" in one
    (card,) = client.get(OVERVIEW).context["malls"]
    assert (card["calls"], card["errors"]) == (2, 1)
    Call.objects.update(at=timezone.now() - datetime.timedelta(days=31))
    forget_old_calls()
    assert not kept()
