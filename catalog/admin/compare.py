"""Two versions of a text for a person: what only one of them has is marked, sentence by sentence."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Up to the end of a sentence with the blanks behind it, of a line, or of the text.
SENTENCE = re.compile(r".+?(?:[。！？!?\n]+\s*|\.\s+|$)", re.DOTALL)


def marked(before: object, after: object) -> tuple[SafeString, SafeString]:
    """Both as HTML, with `<del>` in the first and `<ins>` in the second around what the other has not."""
    old, new = _sentences(before), _sentences(after)
    words = [[sentence.strip() for sentence in each] for each in (old, new)]
    if words[0] == words[1]:  # else a line more between two sentences is no change
        words = [old, new]
    parts = SequenceMatcher(None, *words, autojunk=False).get_opcodes()
    return (
        _joined("del", [(kind, old[start:end]) for kind, start, end, _from, _to in parts]),
        _joined("ins", [(kind, new[start:end]) for kind, _from, _to, start, end in parts]),
    )


def _sentences(value: object) -> list[str]:
    return [] if value is None else SENTENCE.findall(str(value))


def _joined(tag: str, parts: list[tuple[str, list[str]]]) -> SafeString:
    """`tag` is one of ours, never a person's text."""
    runs = [(kind, "".join(sentences)) for kind, sentences in parts if sentences]
    mark = f"<{tag}>{{}}</{tag}>"
    return format_html_join(
        "", "{}", ((text if kind == "equal" else format_html(mark, text),) for kind, text in runs)
    )
