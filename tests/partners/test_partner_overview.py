"""KITA's overview of the partner malls: every figure is true, leads to its list, and costs no more for more rows."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kmall.models import AuditEntry
from partners import inbound
from partners.models import Call, Drift, EmptyPolls, Listing, PartnerMall
from partners.sync import drain
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer, member_of, works_at
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db
PAGE = "/admin/partners/partnermall/"


def listings(partner, number, **fields):
    """So many rows at a mall, by one statement; of products that need not be listable."""
    products = [listable().pk for _ in range(number)]
    now = timezone.now()
    Listing.objects.filter(partner=partner, product__in=products).delete()
    rows = [Listing(partner=partner, product_id=pk, next_try_at=now, **fields) for pk in products]
    Listing.objects.bulk_create(rows)


def figures(client, partner) -> dict[str, tuple[int, str]]:
    """Label to (number, address) of a mall's card."""
    cards = client.get(PAGE).context["malls"]
    card = next(card for card in cards if card["partner"] == partner)
    return {label: (number, url) for label, number, url, _tone in card["figures"]}


def fact(client, part) -> tuple[str, str]:
    """What stands at the fact of the only mall whose address has this part, and that address."""
    [card] = client.get(PAGE).context["malls"]
    [found] = [(words, url) for _what, words, url in card["facts"] if part in url]
    return found


def rows_behind(client, url) -> int:
    return client.get(url).context["cl"].result_count


def test_every_figure_is_as_many_rows_as_its_list_has(kita):
    daily_terms()
    mall = partner_mall()
    other = partner_mall(code="other")
    listings(mall, 2, is_shown=True, due_full=False, outcome="ok")
    listings(mall, 3, due_full=False, outcome="refused")
    listings(mall, 1, due_full=True, outcome="failed")
    listings(mall, 1, due_full=False, due_stock=True, outcome="unknown")
    listings(other, 5, due_full=True)
    mall.orders.create(remote_id="IGM-1", raw="{}", came_by="pull", state="awaiting")
    Drift.objects.create(partner=mall, out_id="P1", finding="stranger")
    Drift.objects.create(partner=mall, out_id="P2", finding="stranger", mended_at=timezone.now())
    found = figures(kita, mall)
    assert [number for number, _url in found.values()] == [2, 2, 3, 2, 1, 1]
    assert {url: rows_behind(kita, url) for _number, url in found.values()} == {
        url: number for number, url in found.values()
    }


def test_what_was_never_sent_is_not_called_refused(client, kita):
    daily_terms()
    mall = partner_mall()
    listings(mall, 1, due_full=False, outcome="refused", error_code="BAD_TITLE")
    listings(mall, 2, due_full=False, outcome="refused", error_code="NO_CHINESE_NAME")
    number, url = list(figures(kita, mall).values())[2]
    lacking, its_list = fact(kita, "to_mend=lacking")
    assert (number, rows_behind(kita, url), lacking) == (1, 1, "상품 2개를 보완해야 합니다")
    assert rows_behind(kita, its_list) == 2
    assert kita.get(its_list).content.decode().count('<span class="tag bad">등록 불가</span>') == 2
    for user in (kita_officer(), works_at(mall)):
        client.force_login(user)
        panels = [panel for _template, panel in client.get("/admin/").context["panels"]]
        shown = [figure for panel in panels for figure in panel.get("figures", [])]
        [(number, url)] = [(number, url) for _label, number, url, _tone in shown if "to_mend" in url]
        assert (number, rows_behind(client, url)) == (1, 1)


def test_the_longest_wait_leads_to_those_that_wait_longest_first(kita):
    mall = partner_mall()
    listings(mall, 3)
    now, hours = timezone.now(), (1, 5, 3)
    for row, waits in zip(Listing.objects.order_by("product"), hours, strict=True):
        Listing.objects.filter(pk=row.pk).update(due_since=now - datetime.timedelta(hours=waits))
    found = kita.get(fact(kita, "due=1")[1]).context["cl"].result_list
    assert [round((now - row.due_since).total_seconds() / 3600) for row in found] == [5, 3, 1]


def test_calls_of_a_day_are_drawn_by_the_hour_and_lead_to_the_very_calls(kita):
    mall = partner_mall()
    for outcome, hours in (("ok", 0), ("notready", 0), ("ok", 2), ("transient", 2), ("ok", 30)):
        call = Call.objects.create(partner=mall, kind="offer", outcome=outcome)
        Call.objects.filter(pk=call.pk).update(at=timezone.now() - datetime.timedelta(hours=hours))
    (card,) = kita.get(PAGE).context["malls"]
    drawn = [bar for bar in card["chart"].bars if bar.height]
    assert (card["calls"], card["errors"], len(drawn)) == (4, 1, 3)
    assert sorted(rows_behind(kita, bar.url) for bar in drawn) == [1, 2, 2]
    assert rows_behind(kita, card["errors_url"]) == 1


def test_a_quiet_mall_that_is_asked_all_the_time_has_its_calls_in_the_chart(kita, sandbox):
    """Polls that bring nothing count, as what they are: they have no list, and are no errors."""
    mall = partner_mall(sandbox.url)
    for _ in range(4):
        inbound.pull(mall)
    sandbox.fault("error", 1)
    inbound.pull(mall)
    EmptyPolls.objects.create(partner=mall, hour=timezone.now() - datetime.timedelta(hours=30), number=9)
    page = kita.get(PAGE)
    (card,) = page.context["malls"]
    drawn = {bar.series: bar for bar in card["chart"].bars if bar.height}
    assert (card["calls"], card["errors"], card["empty"]) == (5, 1, 4)
    assert (drawn.keys(), drawn[4].url, rows_behind(kita, drawn[3].url)) == ({3, 4}, "", 1)
    assert "4회는 가져온 것이 없어 횟수만 기록" in page.content.decode()


def test_each_line_of_the_chart_stands_for_a_whole_number_of_calls(kita):
    mall = partner_mall()
    Call.objects.bulk_create(Call(partner=mall, kind="offer", outcome="ok") for _ in range(9))
    (card,) = kita.get(PAGE).context["malls"]
    assert [label for _y, label in card["chart"].grid] == ["0", "3", "6", "9", "12"]


def test_figures_of_thousands_have_a_comma_in_each_language(kita):
    mall = partner_mall()
    Call.objects.bulk_create(Call(partner=mall, kind="offer", outcome="ok") for _ in range(1234))
    for language in ("ko", "zh-hans", "en"):
        kita.cookies["desk_language"] = language
        assert ">1,234</a>" in kita.get(PAGE).content.decode(), language


@pytest.mark.parametrize(
    ("failures", "opens_in", "words"),
    [
        (0, None, "calls go through"),
        (1, None, "1 of 7 calls failed, the next is made as usual"),
        (4, 60, r"4 of 7 calls failed; stopped, a trial call follows at \d\d:\d\d:\d\d"),
        (4, -5, "4 of 7 calls failed; stopped, the next call is a trial"),
    ],
)
def test_the_breaker_is_told_in_words(kita, failures, opens_in, words):
    mall, now = partner_mall(), timezone.now()
    until = opens_in and now + datetime.timedelta(seconds=opens_in)
    window = {"breaker_since": now, "breaker_calls": 7, "breaker_failures": failures}
    PartnerMall.objects.update(**window, breaker_pauses=bool(until), breaker_open_until=until)
    kita.cookies["desk_language"] = "en"
    assert re.search(words, kita.get(PAGE).content.decode())
    assert mall.name in kita.get(PAGE).content.decode()


def test_a_mall_is_paused_and_resumed_with_an_entry_in_the_trail(kita, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    kita.post(reverse("admin:partners_partnermall_switch", args=[mall.pk, "pause"]))
    changed(listable(), "state")
    drain(mall.pk)
    assert sandbox.state()["items"] == {}
    kita.post(reverse("admin:partners_partnermall_switch", args=[mall.pk, "resume"]))
    converge(mall)
    assert len(sandbox.state()["items"]) == 1
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["pause", "resume"]


@pytest.mark.parametrize("deed", ["resume", "elsewhere"])
def test_what_cannot_be_done_is_said_and_changes_nothing(kita, deed):
    mall = partner_mall()
    PartnerMall.objects.update(state="credentials")
    answer = kita.post(reverse("admin:partners_partnermall_switch", args=[mall.pk, deed]), follow=True)
    assert "다시 확인" in answer.content.decode()
    assert PartnerMall.objects.get().state == "credentials"


def test_only_kita_sees_or_switches(client):
    mall = partner_mall()
    for stranger in (works_at(mall), member_of(listable().seller)):
        client.force_login(stranger)
        assert client.get(PAGE).status_code == 403
        url = reverse("admin:partners_partnermall_switch", args=[mall.pk, "pause"])
        assert client.post(url).status_code == 403
    assert PartnerMall.objects.get().state == "active"


def queries(client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(PAGE).status_code == 200
    return len(asked)


def test_a_thousand_listings_and_more_malls_cost_no_more_queries(kita):
    daily_terms()
    mall = partner_mall()
    listings(mall, 10)
    few = queries(kita)
    product = listable()
    for number in range(3):
        partner_mall(code=f"more-{number}")
    PartnerMall.objects.filter(code="more-1").update(state="setup")
    rows = [Call(partner=mall, kind="offer", outcome="ok") for _ in range(1000)]
    Call.objects.bulk_create(rows)
    copies = type(product).objects.bulk_create(
        type(product)(
            seller_id=product.seller_id,
            category_id=product.category_id,
            hs_id=product.hs_id,
            slug=f"copy-{number}",
            name_ko="복제",
            name_zh_hans="复制",
        )
        for number in range(1000)
    )
    now = timezone.now()
    Listing.objects.bulk_create(Listing(partner=mall, product=copy, next_try_at=now) for copy in copies)
    assert queries(kita) == few
