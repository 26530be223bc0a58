"""Languages that the mall's data is kept in: their names, their letters, how a page in another says so."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

ENDINGS = {"_ko": "ko", "_zh_hans": "zh-Hans"}  # of the columns of a translated field
HANGUL, HAN = re.compile("[\u3130-\u318f\uac00-\ud7a3]"), re.compile("[\u4e00-\u9fff]")

# Between letters of katakana it is right, as in a brand's own name.
_DOT_OF_JAPANESE = re.compile("(?<![\u30a1-\u30fa\u30fc])[\u30fb\uff65]|[\u30fb\uff65](?![\u30a1-\u30fa])")


def named_with_language(field, language: str) -> str:
    """What a column or field of model data is called: its name with the language it is kept in."""
    if language == "ko":
        return gettext("%(field)s in Korean") % {"field": field}
    return gettext("%(field)s in Chinese") % {"field": field}


def language_of(name: str) -> str:
    """The language, as HTML names it, that a column of a translated field is kept in; empty of any other."""
    return next((tag for ending, tag in ENDINGS.items() if name.endswith(ending)), "")


def keep_in(box, tag: str) -> None:
    """A box of a form is for text of one language: its letters are drawn and read aloud as that one's, and
    what is typed in Chinese is kept with the dot of Chinese, whatever keyboard wrote it.
    """
    box.widget.attrs["lang"] = tag
    if tag == "zh-Hans":
        read = box.to_python
        box.to_python = lambda typed: _with_its_dot(read(typed))


def _with_its_dot(text):
    return _DOT_OF_JAPANESE.sub("·", text) if isinstance(text, str) else text


def in_language(text, tag: str) -> SafeString:
    """Text on a page that is in another language. `tag`: as HTML names it, ko or zh-Hans."""
    return format_html('<span lang="{}">{}</span>', tag, text)


def in_own_letters(text) -> SafeString | str:
    """What a person wrote, in the language of its letters where the page is in another."""
    tag = of_letters(str(text))
    return in_language(text, tag) if tag and tag.lower() != get_language() else text


def listed(names) -> str:
    """Names in a row, with the comma of the reader's language."""
    return ("、" if get_language() == "zh-hans" else ", ").join(map(str, names))


def of_letters(text: str) -> str:
    """The language of a person's own words, as HTML names it, Hangul telling Korean; empty if neither."""
    return "ko" if HANGUL.search(text) else "zh-Hans" if HAN.search(text) else ""
