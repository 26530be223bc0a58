"""The malls that tests of every mall are played with: those that ship, or one from elsewhere.

`pytest --mall kmall24_harbin.played` takes `MALL` of that module instead; docs/partners/connector.md.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field

from kmall.xml_text import leaves
from partners.connectors import profile
from partners.models import PartnerMall
from tests.factories.partners import partner_mall


def as_sent(part: dict):
    return part


@dataclass(frozen=True)
class Played:
    """A mall as it is played. `stand`: its stand-in as `Sandbox` starts it, with `options` beside those of all;
    `key`: what both sides know; `skin_care`: its code of a category for creams.

    `faults`: those of its stand-in that concern goods, and for how many seconds (0 where none are told).
    `as_told`: a part of an item as the stand-in's state tells it, where that is not as it is sent.
    """

    connector: str
    stand: str
    key: dict[str, str]
    skin_care: str
    faults: dict[str, float]
    options: dict = field(default_factory=dict)
    as_told: Callable = as_sent

    @property
    def can(self) -> tuple[str, ...]:
        return profile(self.connector).can

    def open(self, base_url: str = "http://127.0.0.1:9", **fields) -> PartnerMall:
        of_it = {"code": self.connector, "connector": self.connector, "credentials": self.key}
        return partner_mall(base_url, skin_code=self.skin_care, **of_it | fields)


def in_leaves(part: dict) -> list:
    """A part of XML: name and text of each element without others in it."""
    return [list(leaf) for leaf in leaves(part)]


OF_CALLS = {
    "error": 0, "busy": 0, "drop": 0, "rubbish": 0, "limited": 1, "skew": 3000, "suspended": 0, "lose": 0, "half": 0,
}  # fmt: skip
OF_RECEIPTS = {"mute": 0, "unheard": 0, "vanish": 0, "late": 0, "twice": 0}
OF_READING = {"review": 0, "skip": 0, "damage": 0, "clock": 0, "away": 0}
SHIPPED = (
    Played(
        "igetmall", "igetmall",
        key={"app_key": "kmall24", "app_secret": "igetmall-sandbox-secret"}, skin_care="beauty-skincare",
        faults={**OF_CALLS, "slow": 1.3}, options={"calls_a_second": 1000},
    ),
    Played(
        "ningbo", "ningbo",
        key={"supplier": "kmall24", "secret": "ningbo-sandbox-secret"}, skin_care="0101",
        faults={**OF_CALLS, **OF_RECEIPTS, "slow": 1.3}, as_told=in_leaves,
    ),
    Played(
        "shanghai", "shanghai",
        key={"key": "kmall24", "secret": "shanghai-sandbox-secret"}, skin_care="meizhuang-hufu",
        faults={**OF_CALLS, **OF_READING}, options={"calls_a_second": 1000, "interval": 0},
    ),
)  # fmt: skip


def malls(module: str = "") -> dict[str, Played]:
    """By the name of the connector; `module`: where the one from elsewhere is, empty for those that ship."""
    played = (importlib.import_module(module).MALL,) if module else SHIPPED
    return {one.connector: one for one in played}
