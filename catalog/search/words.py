"""From a text in Chinese, Korean or Latin letters to the words it is found by.

Chinese is cut by a dictionary and, beside that, into character pairs, which find what the dictionary cuts
otherwise. Korean is taken by spaced words and by pairs of syllables, so that a compound is found by its part.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import opencc
import rjieba

LONGEST_TEXT = 2_000
WORD, PAIR = "word", "pair"

_MARKS = re.compile("[\u0300-\u036f]")  # accents of Latin letters: laneíge is laneige
# Normalising turns keyboard letters (ㅁㅅㅋ) into parts of syllables; those left alone become letters again.
_LONE_LETTERS = {
    ord(unicodedata.normalize("NFKC", letter)): letter for letter in map(chr, range(0x3131, 0x3164))
}
_QUANTITY = re.compile(r"(\d)\s+(ml|g|kg|mg|l|cm|mm|w|pcs)\b")
_RUN = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    r"|(?P<hangul>[가-힣ㄱ-ㅎㅏ-ㅣ]+)"
    r"|(?P<latin>[^\W_\u3400-\u9fff가-힣]+(?:[.'&-][^\W_\u3400-\u9fff가-힣]+)*)"
)


@dataclass(frozen=True)
class Run:
    """A stretch of one script, as it stands in the normalised text."""

    script: str  # han, hangul or latin (which takes digits and all other alphabets)
    text: str


@cache
def _cutter():
    for word in Path(__file__).with_name("trade_words.txt").read_text("utf-8").split():
        rjieba.add_word(word, 20_000, "n")
    return rjieba


@cache
def _simplifier():
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """One spelling: full width to half, capitals to small, Traditional to Simplified, no accents."""
    text = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].replace("\0", " "))
    text = unicodedata.normalize("NFKC", _MARKS.sub("", text)).translate(_LONE_LETTERS).casefold()
    return _QUANTITY.sub(r"\1\2", _simplifier().convert(text)).strip()


def runs(text: str) -> list[Run]:
    """The stretches of a normalised text."""
    return [Run(match.lastgroup, match.group()) for match in _RUN.finditer(text)]


def pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def cut(run: Run) -> list[str]:
    """The words of a stretch as somebody would seek them: no word within another."""
    if run.script == "han":
        return _cutter().cut(run.text)
    return [run.text]


def parts(latin: str) -> list[str]:
    """`dr.jart` is found as drjart, dr and jart."""
    pieces = re.split(r"[.'&-]", latin)
    return [latin] if len(pieces) == 1 else ["".join(pieces), *pieces]


@lru_cache(maxsize=20_000)
def words(text: str) -> dict[str, str]:
    """Every token of a text with its kind; a pair that is a word too counts as a word. Do not change it."""
    found: dict[str, str] = {}
    for run in runs(normal(text)):
        if run.script == "latin":
            found.update(dict.fromkeys(parts(run.text), WORD))
            continue
        if run.script == "han":
            found.update(dict.fromkeys(_cutter().cut_for_search(run.text), WORD))
        else:
            found[run.text] = WORD
        for pair in pairs(run.text):
            found.setdefault(pair, PAIR)
    return found
