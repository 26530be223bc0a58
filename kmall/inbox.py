"""The development inbox: where mails and text messages land while no real gateway is set.

It shows login codes, so it exists only where `DEV_INBOX` allows it; `kmall.checks` refuses it beside a
production secret.
"""

import json

import redis
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache

LIST_KEY = "kmall:inbox"
KEPT = 200


def keep(*, kind: str, to: str, subject: str, text: str) -> None:
    """Put a message ("mail" or "sms") on top of the inbox; the oldest beyond 200 fall out."""
    message = {"kind": kind, "to": to, "subject": subject, "text": text, "at": timezone.now().isoformat()}
    with _server() as server:
        server.lpush(LIST_KEY, json.dumps(message, ensure_ascii=False))
        server.ltrim(LIST_KEY, 0, KEPT - 1)


def messages(to: str = "") -> list[dict]:
    """Newest first: kind, to, subject, text, at. `to` narrows to receivers that contain it."""
    with _server() as server:
        kept = [json.loads(raw) for raw in server.lrange(LIST_KEY, 0, -1)]
    return [message | {"at": parse_datetime(message["at"])} for message in kept if to in message["to"]]


def empty() -> None:
    with _server() as server:
        server.delete(LIST_KEY)


@never_cache
def inbox(request):
    if not settings.DEV_INBOX:
        raise Http404
    to = request.GET.get("to", "").strip()
    return render(request, "inbox.html", {"messages_kept": messages(to), "to": to})


def _server():
    return redis.Redis.from_url(settings.REDIS_URL)
