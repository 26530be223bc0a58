"""The mall's own shoppers: their orders with what they may do, and what they ask for."""

import json

from partners.sandbox.igetmall import items
from partners.sandbox.igetmall.notices import tell
from partners.sandbox.igetmall.pages import frame
from partners.sandbox.stand.shopper import Shopper


def _titles(mall):
    items.publish(mall)
    rows = mall.state.rows("select out_id, shown_content from items where shown_content is not null")
    return {row["out_id"]: json.loads(row["shown_content"])["title"] for row in rows}


def _changed(mall, order):
    with mall.state.write():
        tell(mall, order)


SHOPPER = Shopper(frame=frame, titles=_titles, prefix="IGR", changed=_changed)
