"""Accepted, applied and seen on the page are three states: list, grid and the page of reasons say the same one."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.connectors import connect
from partners.connectors.connector import Answer, Result
from partners.connectors.igetmall import IGetMall
from partners.look import look_up
from partners.models import Listing, Receipt
from partners.receipts import collect
from partners.sync import sync
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall, shanghai_mall
from tests.partners.convergence import hurry

pytestmark = pytest.mark.django_db
ACCEPTED, APPLIED = "접수됨", "반영됨"


def sent(mall):
    """A product that has just been sent."""
    product = listable()
    changed(product, "state")
    sync(mall)
    return product


def looked(mall):
    hurry(mall)
    look_up(mall, connect(mall))


def said(kita, mall, product) -> tuple:
    """(outcome in the list, state and stage in the grid, outcome and reason on the page of reasons)."""
    rows = kita.get(reverse("admin:partners_listing_changelist")).content.decode()
    [word] = re.findall(r'class="field-outcome_word"><span class="tag \w+">([^<]+)', rows)
    [(_product, [(cell, *_looks)])] = kita.get(reverse("admin:partners_grid")).context["rows"]
    page = kita.get(reverse("admin:partners_why", args=[product.pk, mall.code]))
    [there] = re.findall(r"<dt>결과</dt><dd>([^<]+)", page.content.decode()) or [""]
    codes = [reason.code for reason in page.context["account"].reasons]
    return word, (cell.standing.value, cell.stage), there, codes


def test_what_i_get_mall_accepted_is_applied_once_it_is_seen(kita, sandbox, mall):
    product = sent(mall)
    assert said(kita, mall, product) == (ACCEPTED, ("pending", ACCEPTED), ACCEPTED, ["ACCEPTED"])
    looked(mall)
    assert said(kita, mall, product) == (APPLIED, ("shown", ""), APPLIED, [])


def test_what_ningbo_took_in_is_applied_by_its_receipt_and_seen_by_a_look(kita, yonggou, ningbo):
    product = sent(ningbo)
    assert said(kita, ningbo, product) == (ACCEPTED, ("pending", ACCEPTED), ACCEPTED, ["RECEIPT_AWAITED"])
    Receipt.objects.update(ask_at=timezone.now())
    collect(ningbo, connect(ningbo))
    assert said(kita, ningbo, product) == (APPLIED, ("pending", APPLIED), APPLIED, ["APPLIED"])
    looked(ningbo)
    assert said(kita, ningbo, product) == (APPLIED, ("shown", ""), APPLIED, [])


def test_what_stands_in_our_feed_is_accepted_and_no_more(kita):
    """Of Shanghai nobody knows yet whether it has read it at all, in a day neither."""
    daily_terms()
    mall = shanghai_mall()
    product = sent(mall)
    assert said(kita, mall, product) == (ACCEPTED, ("pending", ACCEPTED), ACCEPTED, ["ACCEPTED"])
    looked(mall)
    assert said(kita, mall, product) == (ACCEPTED, ("pending", ACCEPTED), ACCEPTED, ["ACCEPTED"])


def test_what_a_mall_answers_as_applied_is_applied(kita, sandbox, mall, monkeypatch):
    def upsert(self, items):
        return [Answer(item.out_id, Result.APPLIED) for item in items]

    monkeypatch.setattr(IGetMall, "upsert", upsert)
    assert said(kita, mall, sent(mall)) == (APPLIED, ("pending", APPLIED), APPLIED, ["APPLIED"])


def test_a_withdrawal_is_applied_with_the_answer_where_the_contract_says_so(kita, sandbox, mall):
    product = sent(mall)
    looked(mall)
    changed(product, "state", state="withdrawn")
    sync(mall)
    assert Listing.objects.get().outcome == "ok"


def test_a_withdrawal_from_our_feed_is_applied_once_a_look_finds_it_gone(kita, monkeypatch):
    daily_terms()
    mall = shanghai_mall()
    product = sent(mall)
    changed(product, "state", state="withdrawn")
    sync(mall)
    assert (Listing.objects.get().outcome, Listing.objects.get().look_at is None) == ("accepted", False)
    looked(mall)
    assert Listing.objects.get().outcome == "accepted", "the mall has not read it yet"
    gone = type(connect(mall)._connector)
    monkeypatch.setattr(gone, "look", lambda self, out_ids: [])
    looked(mall)
    assert (Listing.objects.get().outcome, Listing.objects.get().look_at) == ("ok", None)


def test_the_lists_filter_finds_what_its_words_say(kita):
    mall, now = partner_mall(), timezone.now()
    for outcome in ("accepted", "accepted", "ok"):
        Listing.objects.update_or_create(
            partner=mall, product=listable(), defaults={"outcome": outcome, "next_try_at": now}
        )
    page = kita.get(reverse("admin:partners_listing_changelist"), {"outcome__exact": "accepted"})
    shown = re.findall(r'field-outcome_word"><span class="tag \w+">([^<]+)', page.content.decode())
    assert shown == [ACCEPTED] * 2


def test_a_worker_that_died_behind_an_accepted_send_leaves_it_in_doubt(sandbox, mall, monkeypatch):
    """What was accepted before is no answer to what went out after it."""
    product = sent(mall)
    text = product.name_zh_hans
    changed(product, "text", name_zh_hans="新名字 精华液")
    with monkeypatch.context() as dying:
        dying.setattr("partners.sync._record", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sync(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["title"] == "新名字 精华液"
    changed(product, "text", name_zh_hans=text)
    Listing.objects.update(lease=None, leased_until=None, next_try_at=timezone.now())
    sync(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["title"] == text
