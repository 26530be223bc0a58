"""Log lines: an object each, the request's id in them and in its tasks, nobody's data."""

import io
import json
import logging
import logging.config
import time

import pytest

from kmall import logs


@pytest.fixture
def lines():
    """What is logged, as objects."""
    stream = io.StringIO()
    config = logs.config(as_json=True, level="INFO")
    handler = logging.StreamHandler(stream)
    formatter = config["formatters"]["lines"]
    handler.setFormatter(
        formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    )
    logger = logging.getLogger("tests.logged")
    logger.setLevel("INFO")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
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
