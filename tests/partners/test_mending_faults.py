"""What follows a fault on our side: mails, words, answers told apart. What every mall does: `every_mall/test_goods.py`."""

import json
from smtplib import SMTPRecipientsRefused
from unittest import mock

import pytest

from kmall.mail import send_mail
from partners.models import Listing, PartnerMall
from partners.sync import drain, sync
from partners.tasks import tell_of_credentials
from tests.factories.partners import changed, credentials, listable
from tests.factories.people import kita_officer
from tests.partners.at_rest import require_own_answers
from tests.partners.convergence import converge
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


def told_backwards(call, ask):
    """The mall answers all items of a call, in another order than it was asked about them."""
    reply = ask(call)
    envelope = json.loads(reply.body)
    envelope["data"].get("results", []).reverse()
    return Reply(reply.status, json.dumps(envelope).encode(), reply.headers)


def test_half_a_batch_refused_has_each_its_own_answer(sandbox, mall):
    """None that of its neighbour, however the mall orders them."""
    for _ in range(4):
        changed(listable(), "state")
    sandbox.fault("half", 1)
    with between(sandbox.url, [told_backwards]) as url:
        PartnerMall.objects.update(base_url=url)
        sync(PartnerMall.objects.get())
    taken = require_own_answers(mall, "accepted")
    PartnerMall.objects.update(base_url=sandbox.url)
    converge(PartnerMall.objects.get())
    shown = {f"P{row.product_id}": row.outcome for row in Listing.objects.filter(is_shown=True)}
    assert shown == dict.fromkeys(taken, "ok")


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


def test_all_that_a_mall_has_against_an_item_is_told(sandbox, mall):
    changed(listable(name_zh_hans="全网最低" + "精华" * 30), "state")
    converge(mall)
    row = Listing.objects.get()
    assert row.error_code == "BAD_TITLE"
    assert "标题须为" in row.error_text
    assert "全网最低" in row.error_text
