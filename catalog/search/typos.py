"""One slip of the fingers mended on the vocabulary: a wrong key, a homophone, two letters swapped."""

from django.db import connection

from catalog.search import sounds, words
from catalog.search.vocabulary import spelt
from catalog.search.words import Run

_CANDIDATES = 40


def mend(run: Run) -> str | None:
    """The stretch as it was probably meant, or None. Numbers are never mended: 50ml is not 60ml."""
    if any(char.isdigit() for char in run.text):
        return None
    if run.script == "han" and (heard := _heard(run.text)):
        return heard
    return next((word for word in near(run) if _is_slip(run, word)), None)


def near(run: Run) -> list[str]:
    """Words that sound alike, the likest first."""
    if not run.text or run.text.isdigit():
        return []
    sound = sounds.sound(run.text)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT word FROM catalog_searchword
            WHERE sound %% %s AND documents > 0 AND kind IN ('word', 'brand', 'category')
            ORDER BY similarity(sound, %s) DESC, documents DESC LIMIT {_CANDIDATES}
            """,
            [sound, sound],
        )
        found = [word for (word,) in cursor.fetchall()]
    return sorted(found, key=lambda word: distance(sound, sounds.sound(word)))


def _heard(text: str) -> str | None:
    """Chinese with wrong characters of the right sound, the usual slip of an input method: 补水面摸."""
    meant = "".join(group[0] for group in spelt(sounds.sound(text)))
    return meant if len(meant) == len(text) else None


def _is_slip(run: Run, word: str) -> bool:
    sound = sounds.sound(run.text)
    if (
        words.runs(word)[:1] == [Run(run.script, word)]
        and len(run.text) >= 3
        and distance(run.text, word) <= 1
    ):
        return True
    allowed = 0 if len(sound) < 4 else 1 if len(sound) < 9 else 2
    return distance(sound, sounds.sound(word)) <= allowed


def distance(a: str, b: str) -> int:
    """Letters put in, left out, exchanged or swapped with a neighbour (optimal string alignment)."""
    if abs(len(a) - len(b)) > 2:
        return abs(len(a) - len(b))
    before, last = [], list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
