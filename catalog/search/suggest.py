"""While somebody types: one query over the vocabulary, by characters, sound or initials."""

from dataclasses import dataclass

from django.db import connection

from catalog.search import sounds, words
from catalog.search.vocabulary import LONGEST_QUERY, escaped


@dataclass(frozen=True)
class Suggestion:
    """`text` goes into the search box; `kind` is word, brand or category; `documents` is about how many."""

    text: str
    kind: str
    documents: int


def suggest(q: str, *, limit: int = 10) -> list[Suggestion]:
    """Ways to go on with what was typed: its last stretch completed, the most frequent first."""
    text = words.normal(q[:LONGEST_QUERY])
    runs = words.runs(text)
    if not runs or len(runs[-1].text) > 30:
        return []
    last = runs[-1].text
    before = text[: text.rfind(last)]
    begun, sound = f"{escaped(last)}%", f"{escaped(sounds.letters(last))}%"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word, kind, label, documents FROM catalog_searchword
            WHERE (word LIKE %s OR sound LIKE %s OR initials LIKE %s)
              AND documents > 0 AND kind IN ('word', 'brand', 'category')
            ORDER BY word = %s DESC, documents DESC, word LIMIT %s
            """,
            [begun, sound, begun, last, limit],
        )
        found = cursor.fetchall()
    return [Suggestion(before + (label or word), kind, documents) for word, kind, label, documents in found]
