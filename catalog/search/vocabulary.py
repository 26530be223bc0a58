"""What a typed text may mean: the words, sounds and initials that the vocabulary knows."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from catalog.search import words
from catalog.search.words import Run

LONGEST_QUERY = 60
BARCODE_DIGITS = (8, 12, 13, 14)
_MOST_RUNS = 8
_MOST_MEANINGS = 40  # words meant by initials or by a single character
_LONGEST_PINYIN = 30


_NAMED = "kind IN ('word', 'brand', 'category')"


@dataclass
class Reading:
    """A query as groups of tokens, each to be met by one of its members; `unknown` are left to be mended."""

    text: str
    runs: list[Run]
    groups: list[tuple[str, ...]] = field(default_factory=list)
    words: list[tuple[str, ...]] = field(default_factory=list)  # what counts for the order: whole words
    unknown: list[Run] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Vocabulary:
    """The part of it that a query may touch, read in one statement."""

    def __init__(self, tokens: set[str], sounds: set[str], initials: set[str], inside: set[str]):
        self.counts: dict[str, int] = {}
        self.by_sound, self.by_initials, self.holding = (
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )
        most = f"ORDER BY documents DESC LIMIT {_MOST_MEANINGS}"
        asked = [
            ("'word', word, ''", "word = ANY(%s)", list(tokens), ""),
            ("'sound', word, sound", f"{_NAMED} AND sound = ANY(%s)", list(sounds), most),
            ("'initials', word, initials", f"{_NAMED} AND initials = ANY(%s)", list(initials), most),
            ("'inside', word, ''", f"{_NAMED} AND word LIKE ANY(%s)", [f"%{char}%" for char in inside], most),
        ]
        asked = [(columns, where, found, end) for columns, where, found, end in asked if found]
        sql = " UNION ALL ".join(
            f"(SELECT {columns}, documents FROM catalog_searchword WHERE documents > 0 AND {where} {end})"
            for columns, where, _, end in asked
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [found for *_, found, _ in asked])
            for way, word, matched, documents in cursor.fetchall():
                self.counts[word] = documents
                if way == "sound":
                    self.by_sound[matched].append(word)
                elif way == "initials":
                    self.by_initials[matched].append(word)
                elif way == "inside":
                    for char in inside & set(word):
                        self.holding[char].append(word)


def read(text: str, others: set[str]) -> Reading:
    """Read a query; `others` are tokens of filters whose counts are wanted too."""
    text = words.normal(text[:LONGEST_QUERY])
    reading = Reading(text, words.runs(text)[:_MOST_RUNS])
    latin = [run.text for run in reading.runs if run.script == "latin"]
    together = "".join(latin)
    tokens, inside, initials = set(others), set(), set(latin)
    for run in reading.runs:
        if run.script == "latin":
            tokens.update(words.parts(run.text))
            continue
        tokens.update([*words.cut(run), *words.pairs(run.text)])
        if len(run.text) == 1:
            inside.add(run.text)
        if run.script == "hangul":
            initials.add(run.text)
    vocabulary = Vocabulary(tokens, {*latin, together} - {""}, initials, inside)
    reading.counts = vocabulary.counts
    if (
        len(latin) > 1
        and together in vocabulary.by_sound
        and not all(word in reading.counts for word in latin)
    ):
        reading.runs = [run for run in reading.runs if run.script != "latin"] + [Run("latin", together)]
    for run in reading.runs:
        groups, whole = _meanings(run, vocabulary)
        reading.groups += groups
        reading.words += whole
        if not groups:
            reading.unknown.append(run)
    return reading


def _meanings(run: Run, vocabulary: Vocabulary) -> tuple[list, list]:
    """Groups of tokens for a stretch, and its whole words."""
    if run.script == "latin":
        found = _latin(run.text, vocabulary)
        return found, found
    if len(run.text) == 1:
        found = [tuple(dict.fromkeys([run.text, *vocabulary.holding[run.text]]))]
        return (found if vocabulary.holding[run.text] else []), [(run.text,)]
    cut = words.cut(run)
    whole = [(word,) for word in cut]
    if run.script == "han" and all(word in vocabulary.counts for word in cut):
        return whole, whole
    pairs = words.pairs(run.text)
    if all(pair in vocabulary.counts for pair in pairs):
        return [(pair,) for pair in dict.fromkeys(pairs)], whole
    if run.script == "hangul" and vocabulary.by_initials[run.text]:
        return [tuple(vocabulary.by_initials[run.text])], whole
    return [], []


def _latin(text: str, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    if text.isdecimal() and len(text) in BARCODE_DIGITS:
        return [(text,)]
    known = [word for word in words.parts(text)[:1] if word in vocabulary.counts]
    meant = [*known, *vocabulary.by_sound[text]] or vocabulary.by_initials[text]
    if meant:
        return [tuple(dict.fromkeys(meant))]
    pieces = words.parts(text)[1:]
    if pieces and all(piece in vocabulary.counts for piece in pieces):
        return [(piece,) for piece in pieces]
    return spelt(text) or _begun(text)


def _begun(text: str) -> list[tuple[str, ...]]:
    """Words that begin so, for whoever stopped typing: cosr."""
    if len(text) < 3:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT word FROM catalog_searchword
            WHERE (word LIKE %s OR sound LIKE %s) AND documents > 0 AND {_NAMED}
            ORDER BY documents DESC LIMIT {_MOST_MEANINGS}
            """,
            [f"{escaped(text)}%"] * 2,
        )
        found = tuple(word for (word,) in cursor.fetchall())
    return [found] if found else []


def spelt(text: str) -> list[tuple[str, ...]]:
    """Pinyin of several words in one go, bushuimianmo, as the fewest words that it can be."""
    if not (text.isascii() and text.isalpha() and 4 <= len(text) <= _LONGEST_PINYIN):
        return []
    spans = {text[a:b] for a in range(len(text)) for b in range(a + 2, min(len(text), a + 18) + 1)}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT sound, array_agg(word ORDER BY documents DESC) FROM catalog_searchword
            WHERE sound = ANY(%s) AND sound <> word AND documents > 0 GROUP BY sound
            """,
            [list(spans)],
        )
        meant = dict(cursor.fetchall())
    best: list[list[str] | None] = [[]] + [None] * len(text)
    for end in range(1, len(text) + 1):
        ways = [
            [*best[start], text[start:end]]
            for start in range(end)
            if best[start] is not None and text[start:end] in meant
        ]
        best[end] = min(ways, key=len, default=None)
    return [tuple(meant[piece]) for piece in best[-1] or ()]


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
