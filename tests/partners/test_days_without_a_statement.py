"""The month of statements says of each day that has none what is wrong, what comes next and what one can do."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from partners import inbound, statements
from partners.models import FaultyFile, PartnerMall, PartnerOrder, Statement
from tests.factories.partners import listable, shanghai_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import pull_orders
from tests.partners.selling import DAY, buy, fetch

pytestmark = pytest.mark.django_db
MONTH = reverse("admin:partners_statement_month")


def row_of(client, day) -> str:
    """The month's row of a day, as a person reads it."""
    page = client.get(MONTH, {"month": f"{day:%Y-%m}"}).content.decode()
    return page.split(f'<th scope="row">{day:%m-%d}')[1].split("</tr>")[0]


def sold_since(mall, day):
    at = datetime.datetime.combine(day, datetime.time(9), timezone.get_default_timezone())
    row = mall.orders.create(remote_id="PJ1", raw="{}", came_by="pull", state="placed")
    PartnerOrder.objects.filter(pk=row.pk).update(received_at=at)


def test_a_file_with_a_fault_is_told_in_words_until_it_is_mended(pujiang, shanghai, kita):
    buy(pujiang, listable(on_hand=5), quantity=2)
    pull_orders(shanghai)
    assert fetch(pujiang, shanghai, "statement-garbled") is None
    day = timezone.localdate() - DAY
    row = row_of(kita, day)
    assert "오류 있는 파일" in row
    assert "2행 · paid · 값을 읽을 수 없습니다." in row
    assert reverse("admin:partners_faultyfile_change", args=[FaultyFile.objects.get().pk]) in row
    assert "다음에 주문을 받을 때" in row
    inbound.pull(shanghai)
    assert "파트너몰에 알렸습니다" in row_of(kita, day)
    assert statements.fetch_missing(shanghai) == 1
    statement = Statement.objects.get()
    assert (
        reverse("admin:partners_statement_change", args=[statement.pk])
        in kita.get(MONTH, {"month": f"{day:%Y-%m}"}).content.decode()
    )


def test_a_day_that_is_still_asked_for_says_until_when(kita):
    day = timezone.localdate() - DAY
    sold_since(shanghai_mall(), day)
    row = row_of(kita, day)
    assert f"{day + 7 * DAY:%m-%d}까지 매일 다시 요청합니다." in row


@pytest.mark.parametrize("days", [1, 9])
def test_any_missing_day_can_be_asked_for_by_a_person(kita, monkeypatch, days):
    mall, day = shanghai_mall(), timezone.localdate() - days * DAY
    sold_since(mall, day)
    assert f'name="day" value="{day}"' in row_of(kita, day)
    woken = []
    monkeypatch.setattr("kmall.celery.app.send_task", lambda task, args, **_: woken.append((task, *args)))
    kita.post(reverse("admin:partners_statement_missing", args=[mall.pk]), {"day": str(day)})
    assert woken == [("partners.tasks.fetch_statement", mall.pk, str(day))]


def test_a_day_before_the_first_order_misses_nothing(kita):
    today = timezone.localdate()
    sold_since(shanghai_mall(), today)
    row = row_of(kita, today - DAY)
    assert ("첫 주문 전" in row, "받지 못함" in row) == (True, False)


def test_a_mall_that_is_being_set_up_is_not_among_them(kita):
    shanghai_mall()
    PartnerMall.objects.update(state=PartnerMall.State.SETUP)
    assert kita.get(MONTH).context["malls"] == []


def test_a_mall_that_is_paused_says_when_it_is_asked_again(kita):
    day = timezone.localdate() - DAY
    mall = shanghai_mall()
    sold_since(mall, day)
    type(mall).objects.update(state="paused")
    row = row_of(kita, day)
    assert ("다시 운영하면 요청합니다" in row, "<form" in row) == (True, False)


def test_what_is_missing_is_fetched_by_a_button(kita, monkeypatch):
    woken = []
    monkeypatch.setattr("partners.wake.app.send_task", lambda task, args, **_: woken.append((task, args)))
    mall = shanghai_mall()
    url = reverse("admin:partners_statement_missing", args=[mall.pk])
    kita.logout()
    sent_to = kita.post(url)
    assert sent_to.url == f"{reverse('admin:login')}?next={url}"
    kita.force_login(kita_officer())
    looked_at = kita.get(url)
    assert (looked_at.status_code, "버튼이 있는 화면으로" in looked_at.content.decode()) == (405, True)
    assert kita.post(url).status_code == 302
    assert woken == [("partners.tasks.fetch_statements_of", (mall.pk,))]
