"""What the machinery around the mall asks."""

import pytest
from django.test import Client

from kmall import beat, health
from kmall.caching import redis_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beat_alive():
    redis_client().set(beat.ALIVE_KEY, 1, ex=60)


def test_the_process_answers_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_when_all_parts_are(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok", "beat": "ok"})


def test_not_ready_without_beat(client):
    redis_client().delete(beat.ALIVE_KEY)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["beat"] == "gave no sign of life for a minute"


def test_not_ready_without_redis(client, monkeypatch):
    from redis import ConnectionError as Lost

    def lost():
        raise Lost

    monkeypatch.setattr(beat, "is_alive", lost)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (503, "out of reach")


def test_not_ready_with_a_migration_missing(client, monkeypatch):
    health._is_migrated.cache_clear()
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets: [("orders", "0009")]
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations are missing")


def test_beat_shows_that_it_is_alive_at_each_tick():
    from celery import current_app

    redis_client().delete(beat.ALIVE_KEY)
    scheduler = beat.Scheduler(current_app, lazy=True, schedule_filename=":memory:")
    scheduler.data.clear() if scheduler._store else None
    scheduler._heap = []
    scheduler.old_schedulers = {}
    scheduler._store = {"entries": {}}
    scheduler.tick()
    assert beat.is_alive()


@pytest.mark.parametrize(("token", "sent"), [("", "Bearer "), ("secret", ""), ("secret", "Bearer wrong")])
def test_figures_are_not_there_for_everybody(client, settings, token, sent):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_figures_for_whoever_has_the_token(client, settings):
    settings.METRICS_TOKEN = "secret"
    text = client.get("/metrics", headers={"Authorization": "Bearer secret"}).content.decode()
    assert 'kmall_queue_length{queue="pictures"} 0' in text
    assert "kmall_beat_alive 1" in text
    assert "django_http_requests_before_middlewares_total" in text


def test_a_visitor_cannot_write_an_address_past_our_proxies(settings, rf):
    from kmall.proxies import ProxiesMiddleware

    def address(header):
        request = rf.get("/", HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR="10.0.0.1")
        ProxiesMiddleware(lambda request: None)(request)
        return request.META["REMOTE_ADDR"]

    settings.PROXIES = 1
    assert address("6.6.6.6, 203.0.113.7") == "203.0.113.7"
    settings.PROXIES = 0
    assert address("6.6.6.6") == "10.0.0.1"


def test_pages_carry_the_content_policy(client):
    policy = Client().get("/inbox/").headers["Content-Security-Policy"]
    assert {"default-src 'self'", "object-src 'none'", "base-uri 'self'"} <= set(policy.split("; "))
    assert "unsafe" not in policy


@pytest.mark.parametrize(("debug", "answers"), [(False, True), (True, False)])
def test_django_s_own_page_of_a_fault_is_readable_while_developing(client, settings, debug, answers):
    settings.DEBUG = debug
    assert ("Content-Security-Policy" in client.get("/no/such/address/").headers) is answers
