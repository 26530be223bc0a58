"""A mall that pulls and stops: shown on the overview, KITA mailed once a silence and once when it is over."""

import datetime
from unittest import mock

import pytest
from django.utils import timezone

from partners.models import Feed, PartnerMall
from partners.pull_feed import write
from partners.silence import SILENT_AFTER
from partners.tasks import tell_of_silence
from tests.factories.catalog import daily_terms
from tests.factories.partners import partner_mall, shanghai_mall
from tests.partners.test_shanghai_feed import item

pytestmark = pytest.mark.django_db
PAGE = "/admin/partners/partnermall/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def mall():
    daily_terms()
    mall = shanghai_mall()
    write.upsert(mall.pk, [item(1)])
    return mall


def last_read(before: datetime.timedelta):
    Feed.objects.update(asked_at=timezone.now() - before)


def subjects(mailoutbox) -> list[str]:
    return [letter.subject for letter in mailoutbox]


@pytest.mark.parametrize("path", ["/manifest", "/changes?since=0", "/changes?since=1"])
def test_every_reading_tells_that_the_mall_is_there(mall, reader, path):
    """Also one that brings it nothing and moves it nowhere."""
    last_read(7 * HOUR)
    reader.get(path)
    assert timezone.now() - Feed.objects.get().asked_at < datetime.timedelta(minutes=1)


def test_who_is_turned_away_is_not_the_mall(mall, reader):
    last_read(7 * HOUR)
    reader.get("/manifest", secret="wrong")
    assert timezone.now() - Feed.objects.get().asked_at > SILENT_AFTER


def test_a_mall_that_stopped_is_mailed_of_once_and_once_more_when_it_reads_again(
    mall, reader, officer, mailoutbox
):
    last_read(SILENT_AFTER - datetime.timedelta(minutes=5))
    tell_of_silence()
    assert not mailoutbox
    last_read(SILENT_AFTER + datetime.timedelta(minutes=5))
    for _ in range(3):
        tell_of_silence()
    assert subjects(mailoutbox) == ["푸장셀렉트 쇼핑몰이 피드를 읽지 않습니다"]
    assert mailoutbox[0].to == [officer.email]
    reader.get("/changes?since=0")
    for _ in range(3):
        tell_of_silence()
    assert subjects(mailoutbox)[1:] == ["푸장셀렉트 쇼핑몰이 피드를 다시 읽습니다"]
    last_read(7 * HOUR)
    tell_of_silence()
    assert len(mailoutbox) == 3, "the next silence is another"


def test_a_mail_that_did_not_go_is_sent_by_the_next_sweep(mall, reader, officer, mailoutbox, monkeypatch):
    last_read(7 * HOUR)
    for deed in (lambda: None, lambda: reader.get("/manifest")):
        deed()
        before = len(mailoutbox)
        with monkeypatch.context() as away:
            away.setattr("partners.verdict.send_mail", mock.Mock(side_effect=ConnectionRefusedError))
            tell_of_silence()
        assert len(mailoutbox) == before
        for _ in range(2):
            tell_of_silence()
        assert len(mailoutbox) == before + 1


def test_a_mall_that_never_read_is_silent_from_the_day_its_feed_was_opened(mall, officer, mailoutbox):
    tell_of_silence()
    assert not mailoutbox
    Feed.objects.update(opened_at=timezone.now() - 7 * HOUR)
    tell_of_silence()
    assert "한 번도" in mailoutbox[0].body


@pytest.mark.parametrize(
    "changes", [{"state": "paused"}, {"state": "credentials"}, {"connector": "igetmall"}]
)
def test_nobody_is_told_of_a_mall_that_need_not_read(mall, officer, mailoutbox, changes):
    last_read(7 * HOUR)
    PartnerMall.objects.update(**changes)
    tell_of_silence()
    assert not mailoutbox


def test_the_overview_says_when_the_feed_was_read_and_puts_a_silent_mall_first(mall, reader, client, officer):
    partner_mall(code="another")
    client.force_login(officer)
    reader.get("/changes?since=0")
    cards = client.get(PAGE).context["malls"]
    read = {
        card["partner"].code: [words for what, words, _url in card["facts"] if what == "피드 마지막 읽음"]
        for card in cards
    }
    assert read == {"another": [], "shanghai": ["0분 전"]}
    last_read(7 * HOUR)
    page = client.get(PAGE)
    assert [card["partner"].code for card in page.context["malls"]] == ["shanghai", "another"]
    assert "7시간" in page.context["malls"][0]["silence"]
    assert page.context["malls"][0]["silence"] in page.content.decode()
    assert page.context["malls"][1]["silence"] == ""
