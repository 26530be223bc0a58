"""docs/partners/igetmall.md is what both sides are built from: its examples are read here."""

import datetime
import hashlib
import re
from pathlib import Path

from partners.sandbox.igetmall import server, signing
from partners.sandbox.stand.clock import stamp

PAGE = (Path(__file__).parents[2] / "docs/partners/igetmall.md").read_text()
EXAMPLE = PAGE.partition("### Worked example")[2].partition("## 3")[0]
PARAMETERS = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|$", EXAMPLE, re.M))


def block(kind):
    return re.search(rf"```{kind}\n(.*?)\n```", PAGE, re.S)[1]


def test_the_worked_signature_is_right():
    wanted = PARAMETERS.pop("sign") if "sign" in PARAMETERS else None
    text = "".join(name + value for name, value in sorted(PARAMETERS.items()))
    assert hashlib.sha256(block("json body").encode()).hexdigest() == PARAMETERS["content_sha256"]
    assert text == block("text signed")
    assert signing.sign(PARAMETERS, "helloworld") == wanted


def test_the_worked_digest_is_right():
    assert hashlib.sha256(block("json digest").encode()).hexdigest() in PAGE


def test_the_worked_digest_of_a_page_is_right():
    assert hashlib.sha256(f"{block('text line')}\n".encode()).hexdigest() in PAGE


def test_every_code_of_the_page_has_its_http_status_in_the_sandbox():
    table = re.findall(r"^\| `([A-Z_]+)` \| (\d{3}) \|", PAGE, re.M)
    assert dict(table) == {code: str(status) for code, status in server.STATUS.items()}


def test_every_method_of_the_page_is_played_by_the_sandbox():
    assert set(re.findall(r"`(igm\.\w+\.\w+)`", PAGE)) - {"igm.order.changed"} == set(server.METHODS)


def test_the_timestamp_is_gmt_8_wherever_the_server_stands():
    noon = datetime.datetime(2026, 11, 24, 4, 0, tzinfo=datetime.UTC)
    assert stamp(noon) == "2026-11-24 12:00:00"
