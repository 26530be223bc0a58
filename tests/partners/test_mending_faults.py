"""Known ways to fail, each by name."""

import json
from smtplib import SMTPRecipientsRefused
from unittest import mock

import pytest

from catalog.models import Stock
from kmall.mail import send_mail
from partners import breaker
from partners.connectors import connect
from partners.look import look_up
from partners.models import Call, Drift, Listing, PartnerMall
from partners.reconcile import reconcile
from partners.sync import drain, due_partners, step, sync
from partners.tasks import tell_of_credentials
from tests.factories.partners import changed, credentials, listable
from tests.factories.people import kita_officer
from tests.partners.at_rest import require_own_answers
from tests.partners.convergence import converge, hurry
from tests.partners.liar import Reply, between

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(mall):
    product = listable()
    changed(product, "state")
    return product


def shown(sandbox, product):
    item = sandbox.state()["items"].get(f"P{product.pk}")
    return item and item["state"] == "shown" and item["content"]["title"]


@pytest.mark.parametrize("kind", ["error", "busy", "limited", "drop", "rubbish", "lose"])
def test_a_fault_of_a_while_loses_and_doubles_nothing(sandbox, mall, product, kind):
    sandbox.fault(kind, 3, 1)
    converge(mall)
    reconcile(mall)
    converge(mall)
    assert shown(sandbox, product) == product.name_zh_hans
    assert len(sandbox.state()["items"]) == 1
    assert (Listing.objects.get().is_shown, Listing.objects.get().outcome) == (True, "ok")


def test_an_answer_that_was_lost_is_looked_up_and_not_sent_again(sandbox, mall, product):
    sandbox.fault("drop", 1)
    sync(mall)
    assert Listing.objects.get().outcome == "unknown"
    Listing.objects.update(look_at="2020-01-01T00:00Z")
    look_up(mall, connect(mall))
    calls = sandbox.state()["calls"]
    sync(mall)
    listing = Listing.objects.get()
    assert (listing.outcome, listing.is_shown, listing.due_full) == ("ok", True, False)
    assert sandbox.state()["calls"] == calls


@pytest.mark.parametrize("stand_in", ["igetmall", "ningbo"], indirect=True)
def test_a_strangers_page_with_200_is_neither_done_nor_failed(stand_in, each_mall):
    """A gateway answered in the mall's place, which has heard nothing: it is looked up, and sent again."""
    met = []

    def gateway(call, ask):
        met.append(call)
        return ask(call) if len(met) > 1 else Reply(200, b"<html><body>Welcome</body></html>")

    changed(listable(), "state")
    with between(stand_in.url, [gateway]) as url:
        PartnerMall.objects.update(base_url=url)
        each_mall.refresh_from_db()
        sync(each_mall)
        for _ in range(2):  # as it is known, and once it was looked up
            row = Listing.objects.get()
            assert (row.outcome, row.is_shown, row.due_full, row.attempts) == ("unknown", False, True, 1)
            assert stand_in.state()["items"] == {}
            Listing.objects.filter(look_at__isnull=False).update(look_at="2020-01-01T00:00Z")
            look_up(each_mall, connect(each_mall))
        converge(each_mall)
    row.refresh_from_db()
    assert (row.outcome, row.is_shown, row.confirmed_version) == ("ok", True, 1)
    assert [item["state"] for item in stand_in.state()["items"].values()] == ["shown"]
    assert list(Call.objects.order_by("pk").values_list("kind", flat=True)[:3]) == [
        "upsert",
        "look",
        "upsert",
    ]


def told_backwards(call, ask):
    """The mall answers all items of a call, in another order than it was asked about them."""
    reply = ask(call)
    envelope = json.loads(reply.body)
    envelope["data"].get("results", []).reverse()
    return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)


def test_a_withdrawal_that_was_lost_is_found_without_a_pass(sandbox, mall, product):
    converge(mall)
    sandbox.fault("lose", 1)
    changed(product, "state", state="withdrawn")
    sync(mall)
    assert shown(sandbox, product)
    converge(mall)
    assert not shown(sandbox, product)


@pytest.mark.parametrize("lies", [[], [told_backwards]])
def test_half_a_batch_refused_leaves_the_other_half_on_sale(sandbox, mall, lies):
    """And each has its own answer, none that of its neighbour."""
    for _ in range(4):
        changed(listable(), "state")
    sandbox.fault("half", 1)
    with between(sandbox.url, lies) as url:
        PartnerMall.objects.update(base_url=url)
        sync(PartnerMall.objects.get())
    taken = require_own_answers(mall, "accepted")
    PartnerMall.objects.update(base_url=sandbox.url)
    converge(PartnerMall.objects.get())
    shown = {f"P{row.product_id}": row.outcome for row in Listing.objects.filter(is_shown=True)}
    assert shown == dict.fromkeys(taken, "ok")


def test_a_limit_burns_no_try(sandbox, mall, product):
    sandbox.fault("limited", 1, 3)
    sync(mall)
    listing = Listing.objects.get()
    assert (listing.attempts, listing.outcome, listing.due_full) == (0, "none", True)


def test_revoked_credentials_pause_the_partner_and_tell_kita(
    sandbox, mall, product, django_user_model, mailoutbox
):
    from django.contrib.auth.models import Group

    user = django_user_model.objects.create_user(email="kita@kmall24.test")
    user.groups.add(Group.objects.get_or_create(name="KITA")[0])
    PartnerMall.objects.update(credentials=credentials(app_secret="old"))
    mall.refresh_from_db()
    sync(mall)
    mall.refresh_from_db()
    assert (mall.state, Listing.objects.get().attempts, len(mailoutbox)) == ("credentials", 0, 1)


def test_kita_is_told_once_the_mail_server_is_back(sandbox, mall, product, mailoutbox, monkeypatch):
    officer = kita_officer()
    PartnerMall.objects.update(credentials=credentials(app_secret="old"))
    with monkeypatch.context() as away:
        away.setattr("partners.verdict.send_mail", mock.Mock(side_effect=ConnectionRefusedError))
        drain(mall.pk)
        tell_of_credentials()
    assert not mailoutbox
    for _ in range(2):
        tell_of_credentials()
    assert [letter.to for letter in mailoutbox] == [[officer.email]]
    assert "INVALID_SIGNATURE" in mailoutbox[0].body


def test_an_address_that_is_refused_repeats_nobody_elses_mail(
    sandbox, mall, product, mailoutbox, monkeypatch
):
    lost, officer = kita_officer(), kita_officer()

    def choosy(to, **letter):
        if to == lost.email:
            raise SMTPRecipientsRefused({to: (550, b"no such user")})
        send_mail(to=to, **letter)

    monkeypatch.setattr("partners.verdict.send_mail", choosy)
    PartnerMall.objects.update(credentials=credentials(app_secret="old"))
    drain(mall.pk)
    for _ in range(2):
        tell_of_credentials()
    assert [letter.to for letter in mailoutbox] == [[officer.email]]


def test_the_breaker_opens_and_recovers_alone(sandbox, mall, product):
    sandbox.fault("error", 100)
    for _ in range(breaker.LEAST_CALLS):
        Listing.objects.update(next_try_at="2020-01-01T00:00Z")
        sync(mall)
    mall.refresh_from_db()
    assert mall.breaker_open_until
    calls = sandbox.state()["calls"]
    Listing.objects.update(next_try_at="2020-01-01T00:00Z")
    sync(mall)
    assert sandbox.state()["calls"] == calls
    sandbox.fault("error", 0)
    PartnerMall.objects.update(breaker_open_until="2020-01-01T00:00Z")
    sync(mall)
    assert shown(sandbox, product) == product.name_zh_hans


def test_a_worker_that_died_after_sending_doubles_nothing(sandbox, mall, product, monkeypatch):
    monkeypatch.setattr("partners.sync._record", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        step(mall, connect(mall), quick=False)
    monkeypatch.undo()
    assert sync(mall) == 0, "the lease still holds"
    hurry(mall)
    converge(mall)
    assert (shown(sandbox, product), sandbox.state()["items"][f"P{product.pk}"]["content_version"]) == (
        product.name_zh_hans, Listing.objects.get().version,
    )  # fmt: skip


def test_a_change_between_reading_and_sending_is_not_lost(sandbox, mall, product, monkeypatch):
    from partners import sync as module

    prepare = module.prepare

    def late(claimed, works):
        changed(product, "text", name_zh_hans="新名字 精华液")
        monkeypatch.setattr(module, "prepare", prepare)
        return prepare(claimed, works)

    monkeypatch.setattr(module, "prepare", late)
    converge(mall)
    assert shown(sandbox, product) == "新名字 精华液"


def test_an_item_that_the_malls_staff_edited_is_mended(sandbox, mall, product):
    converge(mall)
    sandbox.operate("/operator/items/edit/", out_id=f"P{product.pk}", title="被改的标题")
    assert reconcile(mall) == {"different": 1}
    converge(mall)
    assert shown(sandbox, product) == product.name_zh_hans


def test_an_item_that_the_malls_staff_removed_comes_back(sandbox, mall, product):
    converge(mall)
    sandbox.operate("/operator/items/remove/", out_id=f"P{product.pk}")
    reconcile(mall)
    converge(mall)
    assert shown(sandbox, product) == product.name_zh_hans


def test_an_item_of_a_product_that_is_gone_leaves_the_page(sandbox, mall, product):
    converge(mall)
    Listing.objects.all().delete()
    product.skus.all().delete()
    product.delete()
    reconcile(mall)
    assert [item["state"] for item in sandbox.state()["items"].values()] == ["withdrawn"]


@pytest.mark.parametrize("stand_in", ["igetmall", "ningbo"], indirect=True)
def test_a_quantity_that_returns_to_an_earlier_value_is_sent(stand_in, each_mall):
    """By one call each, not because a look finds later that the mall took it for a repeat."""
    product = listable()
    changed(product, "state")
    converge(each_mall)
    for on_hand in (4, 10, 4):
        Stock.objects.update(on_hand=on_hand)
        changed(product, "stock")
        converge(each_mall)
        (shown,) = connect(each_mall).look([f"P{product.pk}"])
        row = Listing.objects.get()
        assert (shown.offer_digest, shown.version) == (row.sent_offer_hash, row.version)
    assert Call.objects.filter(kind__in=["upsert", "offer"]).count() == 4
    assert not Drift.objects.exists()


def test_a_partner_that_remembers_more_than_we_do_is_overtaken(sandbox, mall, product):
    converge(mall)
    Listing.objects.update(version=1, sent_version=0, confirmed_version=0)  # we were restored from a backup
    changed(product, "text", name_zh_hans="恢复后 精华液")
    Listing.objects.update(version=1)
    converge(mall)
    assert shown(sandbox, product) == "恢复后 精华液"


def test_a_paused_partner_is_left_alone_and_catches_up(sandbox, mall, product):
    """With what was due already, and with what changed meanwhile."""
    PartnerMall.objects.update(state="paused")
    drain(mall.pk)
    changed(product, "text", name_zh_hans="停用期间 精华液")
    other = listable()
    changed(other, "state")
    drain(mall.pk)
    assert (due_partners(), sandbox.state()["items"], sandbox.state()["calls"]) == ([], {}, {})
    PartnerMall.objects.update(state="active")
    assert due_partners() == [mall.pk]
    drain(mall.pk)
    assert shown(sandbox, product) == "停用期间 精华液"
    assert shown(sandbox, other)


def test_all_that_a_mall_has_against_an_item_is_told(sandbox, mall):
    changed(listable(name_zh_hans="全网最低" + "精华" * 30), "state")
    converge(mall)
    row = Listing.objects.get()
    assert row.error_code == "BAD_TITLE"
    assert "标题须为" in row.error_text
    assert "全网最低" in row.error_text
