"""XML messages of protocols: nested values to text and back, with what an attacker may send kept out."""

import re
import xml.etree.ElementTree as ET

MOST_BYTES = 1 << 20
_NOT_ALLOWED = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0, section 2.2


class UnreadableXml(Exception):
    """Not well-formed, too long, or with a document type, which could expand without end."""


def clean(text: str) -> str:
    """A text as it comes out of XML again: line feeds for line ends, characters that XML lacks left out."""
    return _NOT_ALLOWED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def write(name: str, value) -> str:
    """An element: a dict has elements in its order, a list repeats its element, a text is what is in it."""
    root = ET.Element(name)
    _fill(root, value)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def read(raw: bytes) -> ET.Element:
    """The root of a message in UTF-8. Raises `UnreadableXml`."""
    if len(raw) > MOST_BYTES or b"<!DOCTYPE" in raw:
        raise UnreadableXml("too long, or with a document type")
    try:
        return ET.fromstring(raw.decode("utf-8").encode(), ET.XMLParser(encoding="utf-8"))
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise UnreadableXml(str(error)) from error


def leaves(value, name: str = "") -> list[tuple[str, str]]:
    """(name, text) of every element of `value`, as `write` takes it, that has no elements in it, in order."""
    match value:
        case dict():
            return [leaf for key, part in value.items() for leaf in leaves(part, key)] or [(name, "")]
        case list():
            return [leaf for part in value for leaf in leaves(part, name)]
    return [(name, value)]


def _fill(element: ET.Element, value) -> None:
    if not isinstance(value, dict):
        element.text = clean(str(value))
        return
    for name, part in value.items():
        for one in part if isinstance(part, list) else [part]:
            _fill(ET.SubElement(element, name), one)
