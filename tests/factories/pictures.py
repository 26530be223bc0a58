"""Pictures for tests: drawn ones as the demo mall makes them."""

import hashlib
import json

from catalog.models import Picture
from tests.factories.catalog import ProductFactory

WORDS = {
    "kind": "jar",
    "brand": "순담",
    "line": "수분 크림",
    "label": "50ml",
    "colours": ["#eef4fb", "#3f78b5"],
}


def drawn(count=1, *, seed=7, priority=0) -> list[Picture]:
    """Waiting pictures of one new product, the hero first."""
    product = ProductFactory()
    arts = [WORDS | {"ground": 1, "view": view, "seed": seed} for view in range(count)]
    return Picture.objects.bulk_create(
        Picture(
            product=product,
            position=view,
            art=art,
            digest=hashlib.sha256(json.dumps(art).encode()).hexdigest(),
            width=960,
            height=960,
            ground=1,
            priority=priority // (view + 1),
        )
        for view, art in enumerate(arts)
    )
