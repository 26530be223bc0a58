"""Log lines: an object each, the request's id in them and in its tasks, nobody's data."""

import io
import json
import logging
import logging.config
import re
import time

import pytest
from django.conf import settings

from kmall import logs
from kmall.signing import sign
from partners.models import SharedAddress
from partners.shared import address_of
from tests.factories.partners import partner_mall
from tests.partners.mall import signed


@pytest.fixture
def lines():
    """What is logged, by a logger of tests or about requests, as objects."""
    stream = io.StringIO()
    config = logs.config(as_json=True, level="INFO")
    handler = logging.StreamHandler(stream)
    formatter = config["formatters"]["lines"]
    handler.setFormatter(
        formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    )
    loggers = [logging.getLogger(name) for name in ("tests.logged", "django.request", "django_structlog")]
    for logger in loggers:
        logger.setLevel("INFO")
        logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    "personal",
    [
        "wang.fang@example.com",
        "13812345678",
        "+86 138 1234 5678",
        "010-1234-5678",
        "11010519491231002X",
        "440308199901101512",
    ],
)
def test_personal_data_in_any_text_is_masked(lines, personal):
    logging.getLogger("tests.logged").warning("could not send to %s", personal)
    assert personal not in json.dumps(lines())
    assert lines()[0]["event"].startswith("could not send to ***")


def test_an_address_of_a_page_as_long_as_servers_take_costs_next_to_nothing(lines):
    begun = time.process_time()
    logging.getLogger("tests.logged").warning("GET /?sku=%s", "9" * 30_000)
    assert (len(lines()), time.process_time() - begun < 1) == (1, True)


def test_personal_keys_are_masked_whatever_they_hold(lines):
    logging.getLogger("tests.logged").warning(
        "refused", extra={"phone": "x", "order": 7, "buyer": {"name": "王芳"}}
    )
    (line,) = lines()
    assert (line["phone"], line["order"], line["buyer"]) == ("***", 7, {"name": "***"})


def test_an_exception_with_an_address_in_it_is_masked_too(lines):
    try:
        raise ValueError("wang.fang@example.com")
    except ValueError:
        logging.getLogger("tests.logged").exception("failed")
    assert "ValueError: ***@***" in lines()[0]["exception"]


@pytest.mark.django_db
def test_a_request_for_no_page_says_which_and_how_it_ended_but_nothing_that_was_typed(lines, client):
    typed = {"phone": "+86 138 0013 8000", "m": "wang@example.com", "q": "王芳", "page": "2"}
    client.get("/zh-hans/nothing-here/", typed)
    client.get("/zh-hans/nothing-here/?phone=13800138000&m=wang@example.com")
    ended, from_django, *_again = lines()
    address = "/zh-hans/nothing-here/?phone=***&m=***&q=***&page=2"
    assert (from_django["request"], from_django["status_code"]) == (f"<WSGIRequest: GET '{address}'>", 404)
    assert (ended["request"], ended["code"]) == (f"GET {address}", 404)
    assert len(lines()) == 4
    assert not re.search("8000|wang|example|王|%E7", json.dumps(lines(), ensure_ascii=False))


@pytest.mark.parametrize(
    "address",
    [
        "/partners/feed/{}/?after=x",
        "/partners/standing/{}/",
        "/tablet/{}/slides/",
        "/go/{}/",
        "/zh-hans/account/confirm-email/{}/",
        "/ko/account/password/reset/key/{}/",
    ],
)
@pytest.mark.django_db
def test_a_key_in_an_address_is_in_no_line_about_it(lines, client, address):
    token = sign({"partner": 7}, purpose="feed")
    client.get(address.format(token))
    assert lines()[0]["request"] == "GET " + address.format("***").replace("=x", "=***")
    assert not [line for line in lines() for part in token.split(".") if part in json.dumps(line)]


@pytest.mark.django_db
def test_a_valid_address_of_a_feed_is_in_neither_line_about_it(lines, client):
    path = address_of(partner_mall(), SharedAddress.Purpose.FEED).removeprefix(settings.SITE_URL)
    assert client.get(f"{path}?after=x").status_code == 400
    assert [line["request"] for line in lines()] == [
        "GET /partners/feed/***/?after=***",
        "<WSGIRequest: GET '/partners/feed/***/?after=***'>",
    ]
    assert path.split("/")[3] not in json.dumps(lines())


@pytest.mark.django_db
def test_what_signs_a_notice_is_in_neither_line_about_it(lines, client):
    partner_mall()
    query = signed("igm.order.changed", b"{}", "guess")
    client.post("/partners/api/igetmall/", b"{}", "application/json", query_params=query)
    assert [line.get("code", line.get("status_code")) for line in lines()] == [401, 401]
    secret = [query[name] for name in ("sign", "nonce", "app_key", "content_sha256")]
    assert not [line for line in lines() for text in secret if text in json.dumps(line)]


def test_a_code_that_somebody_got_is_masked(lines):
    for code in ("123456", 123456, "404"):
        logging.getLogger("tests.logged").warning("sent", extra={"code": code})
    assert {line["code"] for line in lines()} == {"***"}


@pytest.mark.parametrize("plain", ["order 2026112400000017", "1,388 KRW at 2026-11-24T13:44:02", "a" * 64])
def test_what_is_not_personal_stays(lines, plain):
    logging.getLogger("tests.logged").warning("%s", plain)
    assert lines()[0]["event"] == plain


def test_a_task_knows_the_request_that_asked_for_it(db, rf):
    import structlog
    from celery import current_app
    from django_structlog.celery.receivers import CeleryReceiver

    with structlog.contextvars.bound_contextvars(request_id="r-24"):
        headers = {}
        CeleryReceiver().receiver_before_task_publish(headers=headers, body=((), {}, {}))
    assert headers["__django_structlog__"]["request_id"] == "r-24"
    assert any("DjangoStructLog" in step.__name__ for step in current_app.steps["worker"])
