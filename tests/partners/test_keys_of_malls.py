"""A mall's key: written, never read; a new one is tried beside the one in use and takes over without a gap."""

import datetime
import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kmall.models import AuditEntry
from partners import keys, verdict
from partners.connectors import connect
from partners.models import Call, PartnerMall
from partners.sync import drain, step
from partners.tasks import forget_old_keys
from tests.factories.partners import CREDENTIALS, changed, credentials, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge
from tests.partners.feed_reader import SECRET, Reader
from tests.partners.mall import signed

pytestmark = pytest.mark.django_db
NEW = "a-new-secret-of-the-mall"


@pytest.fixture
def both(sandbox):
    """The mall takes two secrets at a time while they are changed."""
    sandbox.stop()
    sandbox.secrets = [CREDENTIALS["app_secret"], NEW]
    return sandbox.start()


def page(partner) -> str:
    return reverse("admin:partners_partnermall_setup", args=[partner.pk, "key"])


def enter(client, mall, secret=NEW, **fields):
    return client.post(
        page(mall), {"do": "enter", "app_key": "kmall24", "app_secret": secret} | fields, follow=True
    )


def stored(mall) -> dict:
    mall.refresh_from_db()
    return json.loads(mall.credentials)


def test_a_key_that_the_mall_takes_is_in_use_at_once(kita, both, mall):
    enter(kita, mall)
    assert stored(mall)["app_secret"] == NEW
    changed(listable(), "state")
    converge(mall)
    assert len(both.state()["items"]) == 1
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "new_credentials",
        "credentials_in_use",
    ]


def test_a_key_that_the_mall_refuses_waits_and_the_old_one_goes_on(kita, sandbox, mall):
    answer = enter(kita, mall)
    assert "인증키를 받지 않습니다" in answer.content.decode()
    assert (stored(mall)["app_secret"], mall.state) == (CREDENTIALS["app_secret"], "active")
    changed(listable(), "state")
    converge(mall)
    assert len(sandbox.state()["items"]) == 1


def test_a_key_that_waits_is_tried_again_or_forgotten(kita, sandbox, mall):
    enter(kita, mall)
    sandbox.stop()
    sandbox.secrets = [NEW]
    sandbox.start()
    kita.post(page(mall), {"do": "try"})
    assert stored(mall)["app_secret"] == NEW
    enter(kita, mall, "a-third-one")
    kita.post(page(mall), {"do": "discard"})
    mall.refresh_from_db()
    assert (stored(mall)["app_secret"], mall.spare_credentials) == (NEW, "")


def test_a_mall_that_stood_still_for_its_key_goes_on_with_the_new_one(kita, both, mall):
    PartnerMall.objects.update(state="credentials", state_note="INVALID_SIGNATURE")
    enter(kita, mall)
    mall.refresh_from_db()
    assert (mall.state, mall.state_note) == ("active", "")


def test_a_mall_that_takes_the_old_key_again_goes_on_after_a_test_call(kita, sandbox, mall):
    PartnerMall.objects.update(state="credentials", state_note="APP_SUSPENDED")
    kita.post(reverse("admin:partners_partnermall_setup", args=[mall.pk, "call"]))
    mall.refresh_from_db()
    assert mall.state == "active"


def test_an_old_key_is_not_taken_back_by_trying(kita, both, mall):
    enter(kita, mall)
    kita.post(page(mall), {"do": "try"})
    assert stored(mall)["app_secret"] == NEW


def test_half_a_key_is_kept_and_only_the_rest_is_asked_for(kita, both, mall):
    answer = enter(kita, mall, "")
    assert list(answer.context["form"].errors) == ["app_secret"]
    assert stored(mall) == CREDENTIALS
    kita.post(page(mall), {"do": "enter", "app_secret": NEW})
    assert stored(mall) == {"app_key": "kmall24", "app_secret": NEW}


def test_notices_are_believed_under_either_key_of_a_change_and_no_longer(kita, both, client, mall):
    def notice(secret) -> int:
        raw = json.dumps({"order_id": f"IGO-{secret}"}).encode()
        query = signed("igm.notice", raw, secret)
        url = f"/partners/api/{mall.code}/"
        return client.post(url, raw, "application/json", query_params=query).status_code

    assert notice(NEW) == 401
    enter(kita, mall)
    assert {notice(NEW), notice(CREDENTIALS["app_secret"])} & {401} == set()
    PartnerMall.objects.update(spare_until=timezone.now() - datetime.timedelta(seconds=1))
    assert notice(CREDENTIALS["app_secret"]) == 401
    forget_old_keys()
    mall.refresh_from_db()
    assert mall.spare_credentials == ""


def test_no_answer_log_trail_or_call_holds_a_key(kita, sandbox, mall, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = [NEW, CREDENTIALS["app_secret"]]
    answers = [enter(kita, mall), enter(kita, mall, ""), kita.get(page(mall))]
    answers += [kita.get(reverse("admin:partners_partnermall_setup", args=[mall.pk, "call"]))]
    answers += [kita.get(reverse("admin:partners_partnermall_change", args=[mall.pk]))]
    drain(mall.pk)
    texts = [answer.content.decode() for answer in answers]
    texts += [caplog.text, str(list(AuditEntry.objects.values())), str(list(Call.objects.values()))]
    with connection.cursor() as cursor:
        cursor.execute("select credentials || spare_credentials from partners_partnermall")
        texts.append(str(cursor.fetchall()))
    assert Call.objects.filter(kind="test").exists()
    assert [secret for secret in secrets for text in texts if secret in text] == []


def test_a_mall_that_says_the_key_back_is_not_quoted(kita, mall, monkeypatch):
    from partners.connectors.connector import BadCredentials
    from partners.connectors.igetmall import IGetMall

    def echo(self):
        raise BadCredentials(f"unknown secret {NEW}", status=401)

    monkeypatch.setattr(IGetMall, "categories", echo)
    assert NEW not in enter(kita, mall).content.decode()
    assert NEW not in Call.objects.get(kind="test").error


def test_a_stored_key_that_does_not_fit_its_connector_is_told_in_words(kita, sandbox):
    mall = partner_mall(sandbox.url)
    PartnerMall.objects.update(credentials=credentials(extra="1"))
    answer = kita.post(reverse("admin:partners_partnermall_setup", args=[mall.pk, "call"]))
    assert "인증키를 받지 않습니다" in answer.content.decode()


def test_a_mall_that_refuses_the_old_key_while_the_new_one_is_tried_goes_on(kita, both, mall, monkeypatch):
    try_out = keys.try_out

    def refused_meanwhile(*args, **kwargs):
        verdict.pause_for_credentials(PartnerMall.objects.get(), "a worker met it")
        return try_out(*args, **kwargs)

    monkeypatch.setattr(keys, "try_out", refused_meanwhile)
    enter(kita, mall)
    assert (stored(mall)["app_secret"], mall.state) == (NEW, "active")


@pytest.mark.parametrize(
    ("deed", "waits"), [({"do": "enter", "app_key": "kmall24"}, "typed"), ({"do": "discard"}, "")]
)
def test_a_key_that_a_colleague_changed_while_it_was_tried_is_not_put_in_use(
    kita, both, mall, monkeypatch, deed, waits
):
    """The colleague's first try, in the middle of ours, is refused by the mall: it goes on waiting."""
    try_out, colleague = keys.try_out, Client()
    colleague.force_login(kita_officer())

    def meanwhile(*args, **kwargs):
        monkeypatch.setattr(keys, "try_out", try_out)
        colleague.post(page(mall), deed | ({"app_secret": waits} if waits else {}))
        return try_out(*args, **kwargs)

    monkeypatch.setattr(keys, "try_out", meanwhile)
    answer = enter(kita, mall)
    assert "동료" in answer.content.decode()
    assert stored(mall) == CREDENTIALS
    assert waits in mall.spare_credentials
    assert keys.has_new(mall) is bool(waits)


def test_a_worker_that_still_has_the_old_key_does_not_stop_the_mall(kita, both, mall, mailoutbox):
    changed(listable(), "state")
    worker = PartnerMall.objects.get()
    enter(kita, mall)
    both.stop()
    both.secrets = [NEW]  # the mall takes the old one back at once
    both.start()
    assert step(worker, connect(worker), quick=False) == 0
    mall.refresh_from_db()
    assert (mall.state, mailoutbox) == ("active", [])
    drain(mall.pk)
    assert len(both.state()["items"]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mall_that_pulls_reads_with_either_key_of_a_change_and_no_longer(client, pujiang, shanghai):
    pujiang.stop()
    pujiang.secrets = [SECRET, NEW]
    pujiang.start()
    reader = Reader(Client())

    def answers() -> list[int]:
        return [reader.get("/manifest", secret=secret).status_code for secret in (SECRET, NEW)]

    assert answers() == [200, 401]
    client.force_login(kita_officer())
    client.post(page(shanghai), {"do": "enter", "key": "kmall24", "secret": NEW})
    assert stored(shanghai)["secret"] == NEW
    assert answers() == [200, 200]
    PartnerMall.objects.update(spare_until=timezone.now() - datetime.timedelta(seconds=1))
    forget_old_keys()
    assert answers() == [401, 200]
