"""Rows for the demo mall's pictures: recipes now, pixels when somebody looks."""

import hashlib
import json
import random

from catalog.models import Picture
from catalog.pictures.sources import DRAWN_WIDTH

VIEWS = 5


def recipe_digest(art: dict) -> str:
    """The name under which the drawing's sizes are kept."""
    return hashlib.sha256(json.dumps(art, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def picture_rows(
    product_id: int, *, count: int, seed: int, priority: int = 0, alts=("", ""), **words
) -> list:
    """Unsaved pictures of one product, the hero first, for a bulk insert.

    `words`: kind, brand, line, label, colours (primary, secondary), ground, as `draw` takes them.
    `alts`: (Korean, Chinese) text of the cover; later views share it. `count`: 1 to 5.
    """
    others = random.Random(f"views:{seed}").sample(range(1, VIEWS), VIEWS - 1)
    rows = []
    for position, view in enumerate([0, *others][:count]):
        art = {**words, "colours": list(words["colours"]), "view": view, "seed": seed}
        rows.append(
            Picture(
                product_id=product_id,
                position=position,
                art=art,
                digest=recipe_digest(art),
                width=DRAWN_WIDTH,
                height=DRAWN_WIDTH,
                ground=words["ground"] % 5,
                alt_ko=alts[0],
                alt_zh_hans=alts[1],
                # A page's other pictures come after the covers of the lists.
                priority=priority if position == 0 else priority // 8 - position,
            )
        )
    return rows
