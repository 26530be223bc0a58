"""What one kita decides upon is decided once: a second click or a colleague's page says how it stands."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Discrepancy, PartnerRequest, Statement
from partners.requests import answer_return
from tests.factories.partners import partner_mall
from tests.factories.people import kita_officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_in_english")]


@pytest.fixture
def order(db):
    return partner_mall().orders.create(remote_id="IGM-1", raw="{}", came_by="pull")


@pytest.fixture
def asked(order):
    return order.requests.create(remote_id="R1", kind="return", stands="open", asked_at=timezone.now())


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def said(client, row, **typed) -> list[str]:
    """What the desk says to what was sent."""
    answer = client.post(page_of(row), typed, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def answer_of(asked) -> tuple:
    return PartnerRequest.objects.values_list("answer", "message").get(pk=asked.pk)


def test_a_rejection_without_a_word_comes_back_with_its_boxes_and_as_open_as_it_is(kita, asked):
    page = kita.post(page_of(asked), {"answer": "reject", "message": ""}).content.decode()
    assert "Please tell the shopper why." in page
    assert '<textarea name="message"' in page
    assert "waits for a decision" in page
    assert answer_of(asked) == ("", "")


def test_a_colleague_who_answers_later_is_told_and_changes_nothing(kita, asked):
    answer_return(request_id=asked.pk, answer="reject", message="已拆封", actor=kita_officer())
    late = "The request has been answered or withdrawn meanwhile. Look again."
    assert said(kita, asked, answer="accept", message="") == [late]
    assert answer_of(asked) == ("reject", "已拆封")
    assert 'lang="zh-Hans">已拆封<' in kita.get(page_of(asked)).content.decode()


@pytest.mark.parametrize(("days", "words"), [(2, "to be decided by"), (4, "late since")])
def test_a_return_says_by_when_it_is_to_be_decided(kita, asked, days, words):
    """Each mall promises its shopper an answer within three days."""
    since = timezone.now() - datetime.timedelta(days=days)
    PartnerRequest.objects.update(asked_at=since)
    by = timezone.localtime(since + datetime.timedelta(days=3))
    for page in (page_of(asked), reverse("admin:partners_partnerrequest_changelist")):
        assert f"{words} {by:%Y-%m-%d %H:%M}" in kita.get(page).content.decode()
    assert (", 1 of them late" in kita.get(reverse("admin:index")).content.decode()) == (days > 3)


def test_a_second_click_on_the_same_answer_is_no_complaint(kita, asked):
    first, second = (said(kita, asked, answer="accept", message="") for _click in range(2))
    assert (len(first), second, answer_of(asked)) == (1, [], ("accept", ""))


def test_what_the_shopper_took_back_is_not_answered(kita, asked):
    PartnerRequest.objects.update(stands="withdrawn")
    assert len(said(kita, asked, answer="accept", message="")) == 1
    assert answer_of(asked) == ("", "")


def test_who_is_overtaken_between_the_page_and_the_lock_is_told_nothing_else(kita, asked, monkeypatch):
    def overtaken(**said):
        answer_return(**said | {"answer": "reject", "message": "已拆封", "actor": kita_officer()})
        return answer_return(**said)

    monkeypatch.setattr("partners.admin.requests.answer_return", overtaken)
    late = "The request has been answered or withdrawn meanwhile. Look again."
    assert said(kita, asked, answer="accept", message="") == [late]


def test_a_problem_that_a_colleague_ticked_off_is_said_to_be(kita, asked):
    PartnerRequest.objects.update(problem="crossed", settled_at=timezone.now(), settled_by=kita_officer())
    assert said(kita, asked, do="tick") == ["Somebody else has ticked it off already."]


@pytest.fixture
def difference(order):
    sums = dict.fromkeys(("orders", "paid_fen", "refunded_fen", "commission_fen", "net_fen"), 0)
    both = {"partner": order.partner}
    day = Statement.objects.create(day="2026-11-20", raw="[]", fetched_at=timezone.now(), **both, **sums)
    figures = {"kind": "amount", "theirs": "2", "ours": "1"}
    return Discrepancy.objects.create(statement=day, remote_id="IGM-1", order=order, **both, **figures)


def test_a_difference_is_explained_once(kita, difference):
    typed = {"note": "1 fen, rounding", "seen": "2|1"}
    first, second = (said(kita, difference, **typed) for _click in range(2))
    assert (len(first), second) == (1, [])
    kita.force_login(kita_officer())
    late = "It was settled or changed meanwhile. Nothing was explained."
    assert said(kita, difference, **typed | {"note": "a voucher"}) == [late]
    assert Discrepancy.objects.get().note == "1 fen, rounding"
