"""docs/partners/shanghai.md is what both sides are built from: its examples and tables are read here."""

import hashlib
import re
from pathlib import Path

from kmall.signing import hmac_sha256
from partners.connectors.shanghai import requests, signature, statements
from partners.connectors.shanghai.orders import COLUMNS
from partners.faulty_files import FAULTS
from partners.models import FeedPage
from partners.pull_feed.build import manifest, state_line
from partners.sandbox.shanghai import files

PAGE = (Path(__file__).parents[2] / "docs/partners/shanghai.md").read_text()
SECRET = "helloworld"


def block(kind):
    return re.search(rf"```{kind}\n(.*?)\n```", PAGE, re.S)[1]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_worked_request_is_signed_right():
    text = block("text request")
    method, address, key, at, nonce, body = text.split("\n")
    assert text == signature._request(method, address, key, at, nonce, b"")
    assert f"has the signature `{hmac_sha256(SECRET, text)}`" in PAGE
    assert f"{hmac_sha256(SECRET, text)[:4]}…" in re.search(r"Authorization: .*", PAGE)[0]
    assert body == digest("")


def test_the_worked_answer_is_signed_right():
    text = block("text answer")
    assert text.endswith(digest(block("json answer")))
    assert text == signature._answer(*text.split("\n"))
    assert f"has the signature `{hmac_sha256(SECRET, text)}`" in PAGE


def test_the_worked_digests_are_right():
    page = digest(state_line("P101", 7, digest(block("json content")), digest('{"skus":[]}')))
    of = FeedPage(category="meizhuang-hufu", number=2, listed=1, digest=page)
    whole = manifest("shanghai", 1, [of])
    found = dict(re.findall(r"^\| (page|category|whole) \| `(\w{64})` \|$", PAGE, re.M))
    assert found["page"] == page
    assert f'"category":"meizhuang-hufu","items":1,"digest":"{found["category"]}"' in whole
    assert f'"items":1,"digest":"{found["whole"]}"' in whole


def test_the_columns_of_an_order_file_are_those_of_the_page():
    section = PAGE.partition("## 8")[2].partition("### Files of what")[0]
    table = re.findall(r"^\| `(\w+)` \| (\S+) \| (order|line) \|", section, re.M)
    ours = [
        (name, column.chinese, "order" if column.is_of_whole else "line") for name, column in COLUMNS.items()
    ]
    assert table == ours


def columns_between(begin, end):
    part = PAGE.partition(begin)[2].partition(end)[0]
    return re.findall(r"^\| `(\w+)` \| ([^ |`]+) \|", part, re.M)


def test_the_columns_of_requests_and_statements_are_those_of_the_page():
    asked = columns_between("### Files of what shoppers ask", "A row that breaks")
    assert asked == [(name, column.chinese) for name, column in requests.COLUMNS.items()]
    assert dict(asked) == files.REQUEST_COLUMNS
    stated = columns_between("### The file of a day's statement", "A statement is taken whole")
    assert stated == [(name, column.chinese) for name, column in statements.COLUMNS.items()]
    assert dict(stated) == files.STATEMENT_COLUMNS


def test_the_states_of_a_request_are_those_of_the_page():
    part = PAGE.partition("### What becomes of a request")[2]
    assert tuple(re.findall(r"^\| `(\w+)` \|", part, re.M)) == (
        "open", "accepted", "rejected", "received", "refunded", "withdrawn",
    )  # fmt: skip
    assert dict(zip(*requests.STATES, strict=True)) == files.REQUEST_STATES
    assert dict(zip(*statements.STATES, strict=True)) == files.STATEMENT_STATES


def test_every_code_of_a_fault_has_words_on_the_desk():
    part = PAGE.partition("A row that breaks a rule is named in a faults file, and the order")[2]
    assert set(re.findall(r"^\| `([A-Z_0-9]+)` \|", part.partition("### ")[0], re.M)) == set(FAULTS)
