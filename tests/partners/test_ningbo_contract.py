"""docs/partners/ningbo.md is what both sides are built from: its examples and tables are read here."""

import datetime
import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kmall.signing import md5_around
from kmall.xml_text import leaves, read, write
from partners.connectors import ningbo_answers as answers
from partners.connectors import ningbo_fields as fields
from partners.connectors.ningbo import Ningbo
from partners.connectors.ningbo_answers import RESULTS, STATES
from partners.sandbox.ningbo import digests, intake, messages, orders, refunds, server, statements, words
from partners.sandbox.stand import clock, daybook, orderbook
from partners.sandbox.stand.money import yuan
from tests.partners.ningbo import signature

PAGE = (Path(__file__).parents[2] / "docs/partners/ningbo.md").read_text()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
connector = Ningbo("http://127.0.0.1:9", supplier="kmall24", secret="s")


def block(kind):
    return re.search(rf"```xml {kind}\n(.*?)\n```", PAGE, re.S)[1]


def table(begin, end):
    """Cells of code rows between two headings: first cell without its quotes."""
    part = PAGE.partition(begin)[2].partition(end)[0]
    return re.findall(r"^\| `([\w]+)` \|", part, re.M)


def test_the_worked_signature_is_right():
    raw = block("message").encode()
    wanted = re.search(r"\| `sign` \| `(\w{32})` \|", PAGE)[1]
    assert f"| `bytes` | `{len(raw)}` |" in PAGE
    by_hand = hashlib.md5(b"helloworld" + raw + b"helloworld").hexdigest().upper()
    assert wanted == by_hand == md5_around("helloworld", raw) == messages.sign(raw, "helloworld")


def test_the_worked_digest_is_right():
    part = block("digest")
    lines = "GoodsName=淡温 精华液\nBrand=\nPicture=https://a.example/1.webp\n"
    wanted = hashlib.md5(lines.encode()).hexdigest().upper()
    assert f"digest `{wanted}`" in PAGE
    nested = {"GoodsName": "淡温 精华液", "Brand": "", "Pictures": {"Picture": ["https://a.example/1.webp"]}}
    assert messages.digest(part) == connector.digest(nested) == wanted


def test_the_worked_digest_of_a_page_is_right():
    line = re.search(r"```text line\n(.*?\n)```", PAGE, re.S)[1]
    assert f"it is `{connector.total(line)}`" in PAGE
    text = block("digest")
    row = {"goods_no": "P101", "shown_content": text, "shown_offer": text}
    assert digests.value([row]) == connector.total(line)


def test_both_sides_know_the_codes_types_and_states_of_the_page():
    assert table("## 3. Answers", "**Places.**") == list(messages.CODES)
    assert set(re.findall(r"`((?:GOODS|OFFER|RECEIPT|DIGEST|CATEGORY|ORDER|STATEMENT)_[A-Z]+)`", PAGE)) == {
        *server.TYPES,
        *intake.MOST,
    }
    assert set(re.findall(r"`(41\d\d)` \|$", PAGE, re.M)) == set(fields.CODES)
    assert table("### `ORDER_LIST`", "### `ORDER_CONFIRM`") == list(fields.ORDER_STATES)
    assert turned(words.STATUS) == fields.ORDER_STATES
    assert table("### What a shopper asks", "One request of an order") == list(fields.REQUEST_KINDS)
    assert turned(words.REQUEST_KIND) == fields.REQUEST_KINDS
    assert table("One request of an order", "A request to call off") == list(fields.REQUEST_STATES)
    assert turned(words.REQUEST_STATUS) == fields.REQUEST_STATES
    assert turned(statements.AMOUNTS) == fields.AMOUNTS
    assert set(table("| result | meaning |", "**A receipt")) == set(RESULTS)
    assert set(table("## 6. What the mall shows", "Goods that the mall")) == set(STATES)


def test_a_request_as_on_the_page_is_read_and_written_alike():
    asked = {
        "request_no": "NBR20261126000001", "kind": "return", "state": "open", "reason": "尺寸不合适",
        "asked_at": "2026-11-26T09:00:00+08:00", "lines": [{"out_sku_id": "S201", "quantity": 1}], "received": [],
        "customs_return": False,
    }  # fmt: skip
    (element,) = read(block("requests").encode()).findall("Request")
    assert fields.request(element) == asked
    (written,) = refunds.elements({"requests": [asked]})
    assert leaves_of(messages.element(*written)) == leaves_of(read(block("requests").encode()))


def test_the_statement_of_the_page_is_read_and_adds_up():
    page = answers.statement(read(f"<Body>{block('statement')}</Body>".encode()))
    (row,) = page.rows
    names = ("paid_fen", "refunded_fen", "commission_fen", "net_fen")
    assert [row[name] for name in names] == [29676, 14838, 1088, 13750]
    assert page.totals == {"orders": 1} | {name: row[name] for name in names}
    assert (row["remote_id"], row["state"], page.cursor) == ("NB2026112400001", "confirmed", "")


def test_a_day_of_many_orders_comes_by_pages_that_add_up(tmp_path):
    mall = server.Mall(
        state=tmp_path, shop_url="", supplier="kmall24", secrets=["s"], work_delay=0, index_delay=0
    )
    for number in range(102):
        order = orders.place(mall, [("P1", "S1", 1)])
        orderbook.confirm(mall.state, order["order_id"], f"K{number}")
    daybook.move_back(mall.state, 2)
    day = clock.now().date() - datetime.timedelta(days=2)
    after, pages = "", []
    while after or not pages:
        body = messages.element("Body", [("Day", f"{day:%Y%m%d}"), ("After", after)])
        pages.append(answers.statement(messages.element("Body", statements.get(mall, body))))
        after = pages[-1].cursor
    assert [len(page.rows) for page in pages] == [100, 2]
    assert {page.totals["paid_fen"] for page in pages} == {
        sum(row["paid_fen"] for page in pages for row in page.rows)
    }


def test_an_amount_below_nothing_has_a_minus():
    element = ET.fromstring(
        "<Row><PaidAmount>0.00</PaidAmount><RefundAmount>1.00</RefundAmount>"
        "<CommissionAmount>-0.08</CommissionAmount><NetAmount>-0.92</NetAmount></Row>"
    )
    assert list(fields.balances(element).values()) == [0, 100, -8, -92]
    assert (yuan(-8), yuan(-192)) == ("-0.08", "-1.92")


@given(secret=texts.filter(bool), raw=st.binary(max_size=200))
def test_three_hands_sign_alike(secret, raw):
    assert md5_around(secret, raw) == messages.sign(raw, secret) == signature(raw, secret)


@given(name=texts, description=texts, brand=texts)
def test_a_text_has_the_same_digest_before_and_after_its_way_through_xml(name, description, brand):
    """Whatever a seller typed: line ends, signs that XML lacks, angle brackets, blanks at the ends."""
    part = fields.content(listing(title=name, description=description, brand=brand))
    raw = write("Body", {"Goods": {"Content": part}}).encode()
    content = ET.tostring(messages.ET.fromstring(raw).find("Goods/Content"), encoding="unicode")
    assert messages.digest(content) == connector.digest(part)
    assert [tuple(leaf) for leaf in messages.leaves(read(raw).find("Goods/Content"))] == leaves(part)


@given(fen=st.integers(0, 10**9))
def test_money_goes_there_and_back_to_the_fen(fen):
    assert fields.fen(fields.yuan(fen)) == fen
    assert re.fullmatch(r"\d+\.\d\d", fields.yuan(fen))


def turned(words_):
    return {value: key for key, value in words_.items()}


def leaves_of(element):
    return [(one.tag, (one.text or "").strip()) for one in element.iter()]


def listing(**texts_):
    return {
        "title": "", "title_ko": "", "category": "0101", "brand": "", "seller": "", "town": "", "origin": "KR",
        "description": "", "pictures": ["https://a.example/1.webp"], "link": "https://a.example/go/x/",
        "skus": [{"out_sku_id": "S1", "title": "50ml", "barcode": ""}], **texts_,
    }  # fmt: skip
