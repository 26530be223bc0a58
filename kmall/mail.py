"""Outgoing mail: one function to send, and the backend that fills the development inbox."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from kmall.inbox import keep


def send_mail(*, to: str, subject: str, text: str, html: str = "") -> None:
    """Send one mail. Raises what the transport raises: callers that may retry run in a task."""
    letter = EmailMultiAlternatives(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to])
    if html:
        letter.attach_alternative(html, "text/html")
    letter.send()


class InboxBackend(BaseEmailBackend):
    """Keeps mails for `/inbox/` instead of sending them."""

    def send_messages(self, email_messages):
        for letter in email_messages:
            keep(kind="mail", to=", ".join(letter.recipients()), subject=letter.subject, text=letter.body)
        return len(email_messages)
