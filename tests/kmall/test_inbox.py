import httpx
import pytest
import respx

from kmall import inbox
from kmall.checks import inbox_only_in_development
from kmall.mail import send_mail
from kmall.sms import SmsNotSent, send_sms


@pytest.fixture(autouse=True)
def _empty_inbox(settings):
    settings.DEV_INBOX = True
    settings.EMAIL_BACKEND = "kmall.mail.InboxBackend"
    inbox.empty()


def test_mails_and_text_messages_are_kept_newest_first(client):
    send_mail(to="a@kmall24.test", subject="订单\n已提交", text="https://kmall24.test/o/1")
    send_sms(to="+8613800138000", text="验证码 482913")
    assert [(m["kind"], m["subject"]) for m in inbox.messages()] == [("sms", ""), ("mail", "订单 已提交")]
    page = client.get("/inbox/").content.decode()
    assert "验证码 482913" in page
    assert 'href="https://kmall24.test/o/1"' in page


def test_the_inbox_narrows_to_a_receiver(client):
    send_sms(to="+8613800138000", text="one")
    send_sms(to="+8613911112222", text="two")
    assert [m["text"] for m in inbox.messages("1391111")] == ["two"]


def test_the_inbox_does_not_exist_where_it_is_not_allowed(db, client, settings):
    settings.DEV_INBOX = False
    assert client.get("/inbox/").status_code == 404
    with pytest.raises(SmsNotSent):
        send_sms(to="+8613800138000", text="lost")


def test_a_production_secret_and_the_inbox_exclude_each_other(settings):
    assert inbox_only_in_development(None) == []
    settings.SECRET_KEY = "a production secret"
    assert [error.id for error in inbox_only_in_development(None)] == ["kmall.E001"]


@respx.mock
def test_a_gateway_gets_the_message_and_its_refusal_is_told(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = "http://sms.test/send", "secret"
    route = respx.post("http://sms.test/send").mock(side_effect=[httpx.Response(202), httpx.Response(429)])
    send_sms(to="+8613800138000", text="482913")
    assert route.calls[0].request.headers["authorization"] == "Bearer secret"
    with pytest.raises(SmsNotSent):
        send_sms(to="+8613800138000", text="482913")
    assert inbox.messages() == []
