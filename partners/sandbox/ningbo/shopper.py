"""The mall's own shoppers: their orders with what they may do, and what they ask for."""

from partners.sandbox.ningbo import intake
from partners.sandbox.ningbo.pages import frame, name_of
from partners.sandbox.stand.shopper import Shopper


def _titles(mall):
    intake.work(mall)
    rows = mall.state.rows("select * from goods where shown_content is not null")
    return {row["goods_no"]: name_of(row) for row in rows}


def _changed(mall, order):
    """Nobody hears of it: this mall sends no notices."""


SHOPPER = Shopper(frame=frame, titles=_titles, prefix="NBR", changed=_changed)
