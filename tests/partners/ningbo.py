"""A bare client of Yonggou's interface, signed as the contract says, by hand, without the project."""

import datetime
import hashlib
import secrets
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET

SUPPLIER, SECRET = "kmall24", "ningbo-sandbox-secret"
SHOP = "http://127.0.0.1:8000"


def signature(raw, secret=SECRET):
    return hashlib.md5(secret.encode() + raw + secret.encode()).hexdigest().upper()


def stamp(minutes=0):
    moment = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    return f"{moment + datetime.timedelta(minutes=minutes):%Y%m%d%H%M%S}"


def message(kind, body, **head):
    fields = {
        "MessageType": kind,
        "MessageId": secrets.token_hex(16),
        "MessageTime": stamp(),
        "Version": "2.0",
        "Supplier": SUPPLIER,
        **head,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Message><Head>{inner}</Head><Body>{body}</Body></Message>'
    )
    return text.encode()


def post(sandbox, raw, *, sign=None, supplier=SUPPLIER):
    """(code, body element) of the answer to a message."""
    query = urllib.parse.urlencode({"supplier": supplier, "sign": sign or signature(raw)})
    request = urllib.request.Request(
        f"{sandbox.url}/kj/service?{query}", data=raw, headers={"Content-Type": "text/xml"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        answer = ET.fromstring(reply.read())
    return answer.findtext("Result/Code"), answer.find("Body")


def tell(sandbox, kind, body="", **head):
    return post(sandbox, message(kind, body, **head))


def goods(
    number="P1",
    version=1,
    *,
    name="淡温 积雪草精华液",
    price="136.00",
    taxed="148.38",
    stock=5,
    kind="GOODS_PUT",
):
    content = (
        f"<Content><GoodsName>{name}</GoodsName><GoodsNameKo>담온</GoodsNameKo><CategoryCode>0101</CategoryCode>"
        "<Brand>淡温</Brand><Maker>담온</Maker><Place>济州</Place><Origin>KOR</Origin><Description></Description>"
        f"<Pictures><Picture>{SHOP}/p.webp</Picture></Pictures><Url>{SHOP}/go/x/</Url>"
        f"<Skus><Sku><SkuNo>S{number}</SkuNo><Spec>50ml</Spec><Barcode></Barcode></Sku></Skus></Content>"
    )
    offer = (
        f"<Offer><Skus><Sku><SkuNo>S{number}</SkuNo><SalePrice>{price}</SalePrice><MarketPrice>0.00</MarketPrice>"
        f"<Tax>12.38</Tax><TaxedPrice>{taxed}</TaxedPrice><Stock>{stock}</Stock></Sku></Skus></Offer>"
    )
    parts = {"GOODS_PUT": content + offer, "OFFER_PUT": offer, "GOODS_OFF": ""}[kind]
    return f"<Goods><GoodsNo>{number}</GoodsNo><Version>{version}</Version>{parts}</Goods>"


def put(sandbox, *entries, kind="GOODS_PUT", **head):
    """The receipt number of a message of goods."""
    code, body = tell(sandbox, kind, "".join(entries), **head)
    assert code == "0000"
    return body.findtext("ReceiptNo")


def receipt(sandbox, number):
    """(state, items as dicts) of a receipt."""
    _code, body = tell(sandbox, "RECEIPT_GET", f"<ReceiptNo>{number}</ReceiptNo>")
    found = body.find("Receipt")
    return found.findtext("State"), [{one.tag: one.text for one in item} for item in found.findall("Item")]
