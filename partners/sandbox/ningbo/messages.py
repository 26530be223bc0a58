"""Sections 1 to 3 of the contract: XML in and out, the signature, the codes."""

import datetime
import hashlib
import hmac
import re
import xml.etree.ElementTree as ET

from partners.sandbox.stand.clock import GMT8, now

TOLERANCE_SECONDS = 600
DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w-]+)")
CODES = {
    "0000": "", "1001": "报文格式有误", "1002": "供应商不存在", "1003": "签名有误",
    "1004": "报文时间超出允许范围", "1005": "报文类型或版本不支持", "1006": "报文过大或条数过多",
    "1007": "接口权限已停用", "2001": "队列已满", "2002": "系统维护中", "3001": "订单或申请不存在",
    "3002": "订单状态不允许该操作", "3003": "退款编号冲突或超出可退",
    "3004": "申请状态不允许该操作", "3005": "对账单尚未生成", "9999": "系统异常",
}  # fmt: skip


class Refusal(ValueError):
    """The whole message is refused with a code; `body`: what the answer carries besides."""

    def __init__(self, code, text="", body=()):
        super().__init__(code)
        self.code, self.text, self.body = code, text or CODES[code], list(body)


def sign(raw, secret):
    return hashlib.md5(secret.encode() + raw + secret.encode()).hexdigest().upper()


def verify(parameters, raw, supplier, secrets):
    if parameters.get("supplier") != supplier:
        raise Refusal("1002")
    given = parameters.get("sign", "").encode()
    if not any(hmac.compare_digest(sign(raw, secret).encode(), given) for secret in secrets):
        raise Refusal("1003")


def parse(raw):
    """(head as a dict, body element). Raises `Refusal` for what is not well-formed, or could expand."""
    declared = DECLARED.match(raw)
    if b"<!DOCTYPE" in raw or (declared and declared[1].upper() != b"UTF-8"):
        raise Refusal("1001")
    try:
        root = ET.fromstring(raw.decode("utf-8"))
    except (ET.ParseError, UnicodeDecodeError, ValueError) as error:
        raise Refusal("1001", str(error)) from None
    head, body = root.find("Head"), root.find("Body")
    if root.tag != "Message" or head is None or body is None:
        raise Refusal("1001")
    return {element.tag: element.text or "" for element in head}, body


def check(head, supplier, skew):
    """The head's id, clock, supplier and version. `skew`: seconds that the mall's clock is off."""
    if not re.fullmatch(r"[A-Za-z0-9-]{8,36}", head.get("MessageId", "")) or head.get("Supplier") != supplier:
        raise Refusal("1001")
    try:
        sent = datetime.datetime.strptime(head.get("MessageTime", ""), "%Y%m%d%H%M%S").replace(tzinfo=GMT8)
    except ValueError:
        raise Refusal("1001") from None
    here = now() + datetime.timedelta(seconds=skew)
    if abs((here - sent).total_seconds()) > TOLERANCE_SECONDS:
        raise Refusal("1004", body=[("Now", f"{here:%Y%m%d%H%M%S}")])
    if head.get("Version") != "2.0":
        raise Refusal("1005")


def answer(head, code, text, body):
    """The answer's bytes. `body`: (name, value) pairs, a value being a text or again such pairs."""
    root = element("Answer", [
        ("Head", [
            ("MessageType", head.get("MessageType", "")), ("MessageId", head.get("MessageId", "")),
            ("AnswerTime", f"{now():%Y%m%d%H%M%S}"),
        ]),
        ("Result", [("Code", code), ("Text", text)]),
        ("Body", body),
    ])  # fmt: skip
    text = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def element(name, value):
    made = ET.Element(name)
    if isinstance(value, list):
        made.extend(element(*pair) for pair in value)
    else:
        made.text = str(value)
    return made


def leaves(part):
    """[name, text] of each element that has none in it, in document order."""
    return [[one.tag, one.text or ""] for one in part.iter() if not len(one)]


def digest(part_text):
    """Section 6: of a part as it is kept, empty for none."""
    if not part_text:
        return ""
    lines = "".join(f"{name}={text}\n" for name, text in leaves(ET.fromstring(part_text)))
    return hashlib.md5(lines.encode()).hexdigest().upper()
