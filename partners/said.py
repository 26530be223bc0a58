"""What is kept of calls, for people: set out in lines, and the part of a batch that is about one product."""

import json
import re
import zlib
from xml.etree import ElementTree

from django.db.models import QuerySet

from partners.models import Call, PartnerMall


def calls_about(partner: PartnerMall, product_id: int) -> QuerySet[Call]:
    """Calls to the partner that a product was in, the latest first, without their bodies."""
    found = Call.objects.filter(partner=partner, products__contains=[product_id])
    return found.defer("sent", "answered").order_by("-id")


def said(packed: bytes | None) -> str:
    """The text of a kept body; empty where none is."""
    return zlib.decompress(packed).decode() if packed else ""


def set_out(text: str) -> str:
    """JSON and XML in indented lines; anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        pass
    try:
        return _lines(ElementTree.fromstring(text))
    except (ElementTree.ParseError, ValueError):
        return text


def part_about(text: str, out_id: str) -> str:
    """What a body says of one item, set out, and not a word of another; empty where that cannot be told.

    That is each object or element one of whose own values is the item's number, with no other item in it.
    """
    try:
        found = list(_objects(json.loads(text), out_id))
        return "\n".join(json.dumps(one, ensure_ascii=False, indent=2) for one in found)
    except (ValueError, RecursionError):
        pass
    try:
        return "\n".join(_lines(one) for one in _elements(ElementTree.fromstring(text), out_id))
    except (ElementTree.ParseError, ValueError, RecursionError):
        return ""


def _objects(value, out_id):
    if isinstance(value, list):
        for inner in value:
            yield from [out_id] if inner == out_id else _objects(inner, out_id)
    elif isinstance(value, dict):
        if out_id in value.values() and not _others(json.dumps(value, ensure_ascii=False), out_id):
            yield value
        else:
            for inner in value.values():
                yield from _objects(inner, out_id)


def _elements(element, out_id):
    own = [*element.attrib.values(), *((child.text or "").strip() for child in element if not len(child))]
    if out_id in own and not _others(ElementTree.tostring(element, encoding="unicode"), out_id):
        yield element
    else:
        for child in element:
            yield from _elements(child, out_id)


def _others(text: str, out_id: str) -> set[str]:
    """Numbers of other products that stand as whole values in a piece of JSON or XML."""
    return set(re.findall(r"[\">](P\d+)[\"<]", text)) - {out_id}


def _lines(element) -> str:
    ElementTree.indent(element)
    return ElementTree.tostring(element, encoding="unicode").strip()
