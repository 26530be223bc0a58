"""Texts of a page in the letters of another language that do not say so; `every_width` asks a browser the same."""

import re
from html.parser import HTMLParser

OTHERS = {"ko": re.compile("[\u4e00-\u9fff]"), "zh": re.compile("[\uac00-\ud7a3]")}
VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
UNMARKED = frozenset(
    ("title", "script", "style", "pre", "code", "datalist")
)  # no element can be within, or need be


class _Texts(HTMLParser):
    """Gathers texts, and what stands in boxes, each with the language that holds there."""

    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]  # elements with their languages
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        language = of.get("lang", self.open[-1][1])
        if tag == "input" and of.get("type", "text") == "text":
            self.said.append((language, of.get("value") or ""))
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag):
        places = [place for place, (one, _language) in enumerate(self.open) if one == tag]
        del self.open[places[-1] if places else len(self.open) :]

    def handle_data(self, text):
        if UNMARKED.isdisjoint(tag for tag, _language in self.open):
            self.said.append((self.open[-1][1], text))


def strange(html: str) -> list[str]:
    """Texts of a page in Korean or Chinese letters whose nearest `lang` names the other of the two."""
    texts = _Texts()
    texts.feed(html)
    return [text.strip() for language, text in texts.said if _is_strange(language, text)]


def _is_strange(language: str, text: str) -> bool:
    letters = OTHERS.get(language[:2])
    return bool(letters and letters.search(text))
