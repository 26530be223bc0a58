"""The supplier's side of the contract: what the mall may rely on when it reads the feed."""

from partners.conformance.shanghai import changes, full, transport
from partners.conformance.shanghai.reader import Feed

CONTRACT = "浦江优选接口约定 · 供应商一侧（docs/partners/shanghai.md）"
OPTIONS = {  # name -> (what it is unless said, help)
    "shop-url": ("", "the supplier's registered address; that of the server unless said"),
}


def server(chosen) -> Feed:
    return Feed(chosen.base_url, chosen)


CHECKS = [check for part in (transport, full, changes) for check in part.BOOK.checks]
