"""Outgoing text messages: over the gateway of `SMS_GATEWAY_URL`, else into the development inbox.

The gateway takes `POST {"to": "+8613800138000", "text": "…"}` with `Authorization: Bearer <SMS_GATEWAY_KEY>`
and answers 2xx when it has accepted the message.
"""

from django.conf import settings

from kmall.http import TimedOut, Unreachable, client
from kmall.inbox import keep


class SmsNotSent(Exception):
    """The gateway refused the message or did not answer; asking for another code is safe."""


def send_sms(*, to: str, text: str) -> None:
    """Send a text message to a number in E.164. Raises `SmsNotSent`."""
    if not settings.SMS_GATEWAY_URL:
        if not settings.DEV_INBOX:
            raise SmsNotSent("SMS_GATEWAY_URL is not set")
        keep(kind="sms", to=to, subject="", text=text)
        return
    try:
        with client("", timeout=5) as gateway:
            answer = gateway.post(
                settings.SMS_GATEWAY_URL,
                json={"to": to, "text": text},
                headers={"Authorization": f"Bearer {settings.SMS_GATEWAY_KEY}"},
            )
    except (Unreachable, TimedOut) as error:
        raise SmsNotSent(str(error)) from error
    if not answer.is_success:
        raise SmsNotSent(f"gateway answered {answer.status_code}")
