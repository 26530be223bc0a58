"""What a mall's interface looks like to us, and how its answers are told apart.

A connector maps and transports. It keeps no state, repeats nothing and decides nothing: batching, pace,
retries and the breaker are the business of `partners.sync` and its neighbours.
"""

import datetime
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from partners.connectors.reading import Unread, fit, fitted, require_fit

MOST_CELL = 60  # characters that are kept of a bad cell


class Fault(Exception):
    """A call failed as a whole. `status`: HTTP status, if there was an answer."""

    def __init__(self, text: str, *, status: int | None = None):
        super().__init__(fitted(str(text)))
        self.status = status


class Transient(Fault):
    """The mall's trouble, nothing was done: try again later."""


class Unknown(Fault):
    """It may or may not have been done: look it up, or send the same once more."""


class Deferred(Fault):
    """Not now: the mall asks to wait. No try is burnt."""

    def __init__(self, text: str, *, seconds: float, status: int | None = None):
        super().__init__(text, status=status)
        self.seconds = seconds


def in_one(texts: Iterable[str]) -> str:
    """All that a mall has against an item: who mends it should hear of the second fault with the first."""
    return "; ".join(dict.fromkeys(text for text in texts if text))


class ClockDiffers(Transient):
    """Our clock and the mall's are too far apart; `now` is the mall's, to go by from here on."""

    def __init__(self, text: str, *, now: datetime.datetime, status: int):
        super().__init__(text, status=status)
        self.now = now


class BadCredentials(Fault):
    """The mall no longer takes our key: nothing will work until a person mends it."""


class Misfit(Fault):
    """The mall does not understand us: a fault of the program or of the contract."""


class TooLarge(Misfit):
    """More at once than the mall takes: nothing was done, and less of it will do."""


class WrongState(Fault):
    """An order is not in the state that the call needs; `state` is where it stands at the mall."""

    def __init__(self, text: str, *, state: str, status: int | None = None):
        super().__init__(text, status=status)
        self.state = fitted(state)


class RequestDiffers(Fault):
    """A shopper's request is not open for the answer; `state` is where it stands at the mall."""

    def __init__(self, text: str, *, state: str, status: int | None = None):
        super().__init__(text, status=status)
        self.state = fitted(state)


class NotGenuine(Exception):
    """A request that is not the mall's, or an answer. `code`: as the mall's contract names the reason."""

    def __init__(self, code: str, **more):
        super().__init__(code)
        self.code, self.more = code, more


class NotSigned(NotGenuine):
    """The same, by no key that we share with the mall; perhaps by the other one, while keys are changed."""


class NotReady(Fault):
    """What was asked for is not there yet."""


class Result(enum.StrEnum):
    APPLIED = "applied"  # worked in already: what was asked for is so
    ACCEPTED = "accepted"  # taken in, and no more: what became of it a receipt tells, or a look
    REPEATED = "repeated"
    STALE = "stale"
    REFUSED = "refused"


class Item(NamedTuple):
    """What is sent of one listing: whole parts, never differences. A part that is None is not sent."""

    out_id: str
    version: int
    key: str
    content: dict | None = None
    offer: dict | None = None


@dataclass(frozen=True)
class Answer:
    """What the mall says to one item. `held_version`: what it holds, where the item was stale.

    A mall that only takes in, and tells later what became of it, answers with a `ticket`: the number of the
    receipt that `collect` is asked for. `version`: the one that a receipt speaks of, 0 where it does not say.
    """

    out_id: str
    result: Result
    remote_id: str = ""
    held_version: int = 0
    code: str = ""
    field: str = ""
    text: str = ""
    ticket: str = ""
    version: int = 0

    __post_init__ = fit

    @property
    def is_of_nothing(self) -> bool:
        """Whether an offer was refused since the mall does not hold the item: it lost what it had taken."""
        return self.result == Result.REFUSED and self.code == "UNKNOWN_ITEM"


@dataclass(frozen=True)
class Shown:
    """What the mall holds and shows of one item; digests of the parts as they stand on its page."""

    out_id: str
    remote_id: str
    state: str  # pending, shown, refused, withdrawn, removed
    version: int  # the highest of any part held
    content_digest: str = ""
    offer_digest: str = ""
    code: str = ""  # of a refusal that came after it was accepted, as in `Answer`
    field: str = ""
    text: str = ""

    __post_init__ = fit


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a cell of a file that the mall dropped. `line` from 1; of `text` the beginning is
    kept, and nothing where it may be about a person (`is_hidden`).
    """

    line: int
    column: str
    code: str
    text: str = ""
    is_hidden: bool = False

    def __post_init__(self):
        object.__setattr__(self, "text", "" if self.is_hidden else fitted(self.text, MOST_CELL))


@dataclass(frozen=True)
class BadFile:
    """A file of which some rows were not taken, and why."""

    name: str
    digest: str
    faults: list[RowFault]

    def __post_init__(self):
        object.__setattr__(self, "digest", fitted(self.digest))


@dataclass(frozen=True)
class Page:
    """A page of a list; `cursor` is empty on the last one, ValueError where it is no text that can be kept.
    `bad`: of files that were read for it.

    Orders of a mall whose words are not ours are `Told`, which keeps them. `unread`: orders that cannot be
    read. `late`: files that are not whole yet, to be read again.
    """

    rows: list = field(default_factory=list)
    cursor: str = ""
    bad: list[BadFile] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    late: list[BadFile] = field(default_factory=list)

    def __post_init__(self):
        require_fit(self.cursor)


@dataclass(frozen=True)
class Digest:
    """Of a category, or of a page of it from `first` to `last` out_id; see `total` of `Connector`."""

    digest: str
    category: str
    first: str = ""
    last: str = ""

    def __post_init__(self):
        require_fit(self.category, self.first, self.last)


@dataclass(frozen=True)
class StatementPage:
    """A page of a day's statement: rows of `remote_id`, `state`, `paid_fen`, `refunded_fen`, `commission_fen`
    and `net_fen`; `totals` of these and of `orders`, of the whole day; `raw` as it came. A figure that cannot
    be read stands as it came: `partners.statement_faults` judges. `bad`: of a file with faults, of which
    nothing is taken.
    """

    rows: list[dict]
    totals: dict[str, int]
    raw: dict
    cursor: str = ""
    bad: list[BadFile] = field(default_factory=list)

    def __post_init__(self):
        require_fit(self.cursor)


@dataclass(frozen=True)
class RemoteCategory:
    """A category of the mall's own tree; `parent` is empty at the top, goods go into leaves."""

    code: str
    name: str
    parent: str
    is_leaf: bool

    def __post_init__(self):
        for name in ("name", "parent"):
            object.__setattr__(self, name, fitted(str(getattr(self, name) or "")))


@dataclass(frozen=True)
class Profile:
    """What the module's `PROFILE` tells the person who sets a mall up.

    `contract`: title of its page in docs/partners. `can`: of send, feed, receipts, digests, orders, notices,
    refunds, requests, statements, categories; the desk shows what belongs to them. `key`: the parts of the
    mall's key, as `connect` reads them, each in the mall's own word.
    """

    name: str
    contract: str
    can: tuple[str, ...]
    key: dict[str, str]


class Connector(Protocol):
    """The calls of a mall. With `receipt_seconds` it has `collect` too, and `most_tickets` for it.

    A mall that gives digests has `digests(category)`, of all categories for an empty one, else of the pages
    of that one, `between(page)`, what it shows there, and `total(lines)`, its digest of a line for each item:
    out_id and the digests of content and offer, blanks between.
    """

    most_items: int  # in one call of `upsert`
    most_offers: int  # in one call of `offer` or `withdraw`
    most_looks: int  # in one call of `look`
    receipt_seconds: int  # a receipt is there by then; 0: a call is answered with what became of it
    patience: datetime.timedelta  # from accepted to shown; what takes longer is sent again

    def content(self, listing: dict) -> dict: ...
    def offer_part(self, offer: dict) -> dict: ...
    def digest(self, part: dict) -> str: ...  # of `content` and `offer_part`, as the mall makes it
    def upsert(self, items: list[Item]) -> list[Answer]: ...
    def offer(self, items: list[Item]) -> list[Answer]: ...
    def withdraw(self, items: list[Item]) -> list[Answer]: ...
    def collect(self, tickets: list[str]) -> dict[str, list[Answer]]: ...  # without those not there yet
    def look(self, out_ids: list[str]) -> list[Shown]: ...
    def walk(self, cursor: str) -> Page: ...
    def orders(self, since: str, cursor: str) -> Page: ...
    def read_order(self, text: str) -> dict: ...  # of `Page.unread`, once more; fails as reading it failed
    def requests(self, since: str, cursor: str) -> Page: ...  # only where `orders` does not carry them
    def return_rows(self, file: BadFile) -> None: ...  # only of a mall that drops files
    def confirm(self, order_id: str, number: str) -> None: ...
    def refuse(self, order_id: str, reason: str, text: str) -> None: ...
    def ship(self, order_id: str, parcels: Iterable[dict]) -> None: ...
    def refund(self, order_id: str, refund: dict) -> None: ...
    def answer(self, order_id: str, request_no: str, *, accept: bool, text: str) -> None: ...
    def statement(
        self, day: datetime.date, cursor: str
    ) -> StatementPage: ...  # left out where there are none
    def notice(self, parameters: dict, body: bytes) -> dict | Unread: ...
    def categories(self) -> list[RemoteCategory]: ...
