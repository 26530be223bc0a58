"""What a mall tells, made fit to be kept: orders of a page one by one, and the words of its answers."""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dateparse import parse_datetime

# RecursionError: of what is nested without end. ArithmeticError: of a number without end.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
_UNFIT = re.compile("[\0\ud800-\udfff]")  # what no row takes, what UTF-8 cannot say: halves of characters
# What a listing's row has room for: characters of each text, and the highest version that can grow on.
ROOM = {
    "remote_id": 80, "code": 60, "field": 60, "text": 300, "content_digest": 64, "offer_digest": 64,
}  # fmt: skip
MOST_VERSION = 2**62
MOST_SKU = 80  # characters of an item's number that a map of items has room for
MOST_UNITS, MOST_FEN = 9999, 10**10  # of one line of an order, in it
FIGURES = ("paid_fen", "refunded_fen", "commission_fen", "net_fen")  # of a statement, in each row
CLOCKS_APART = datetime.timedelta(days=1)  # a mall's and ours, at most
GMT8 = datetime.timezone(datetime.timedelta(hours=8))  # the malls' clock, by their contracts


def fitted(text: str, most: int | None = None) -> str:
    """As much of a text as can be kept, of `most` characters at most."""
    return _UNFIT.sub("", text)[:most]


def fits(text: str) -> bool:
    """Whether all of it can be kept."""
    return not _UNFIT.search(text)


def require_fit(*cursors) -> None:
    """Raise ValueError for a place in a list that can be neither kept nor sent back: nobody can go on there.
    None is none, as an empty one is.
    """
    for cursor in cursors:
        if cursor is not None and not (type(cursor) is str and fits(cursor)):
            raise ValueError(f"place in a list {cursor!r:.40}")


class Misread(ValueError):
    """A value of an order is missing, or not of its kind. The argument is the name of its field, with what
    stands in it only where that is a number: else it may be a person's.
    """


@dataclass(frozen=True)
class Unread:
    """An order that cannot be read: `number`, empty where even that cannot be; `text` as it came; the `field`
    that is wrong. `is_dated`: it may be a newer telling of an order that was read before. `at`: when the
    partner changed the order, where that can be read.
    """

    number: str
    text: str
    field: str
    is_dated: bool = True
    at: datetime.datetime | None = None


class Told(dict):
    """What was read of an order; `text`: it as it came, from a partner that speaks other words than we."""

    def __init__(self, read: dict, text: str):
        super().__init__(read)
        self.text = text


def each(
    told: Iterable, read: Callable, *, number: Callable, text: Callable, at: Callable = lambda one: None
) -> tuple[list[dict], list[Unread]]:
    """What `read` makes of each order, and those of which it makes nothing. `at` may raise as `read` does."""
    rows, unread = [], []
    for one in told:
        try:
            rows.append(read(one))
        except UNREADABLE as error:
            found = number(one)
            number_of_it = found if is_number(found) else ""
            unread.append(Unread(number_of_it, text(one), field_of(error), at=_or_none(at, one)))
    return rows, unread


def _or_none(read: Callable, one):
    try:
        return read(one)
    except UNREADABLE:
        return None


def is_number(value) -> bool:
    """Whether an order can be kept under it: 1 to 80 ASCII characters that can be seen."""
    return isinstance(value, str) and re.fullmatch(r"[!-~]{1,80}", value) is not None


def field_of(error: Exception) -> str:
    """The field that an error names, or its kind where it names none."""
    name, *number = error.args if isinstance(error, Misread | KeyError) and error.args else [""]
    if not re.fullmatch(r"[\w./-]{1,60}", str(name), re.ASCII):
        return type(error).__name__
    return " ".join([str(name), *map(str, number)])[:60]


def taken(name: str, value, read: Callable):
    """What `read` makes of what stands in a field. Raises `Misread` of that name."""
    try:
        return read(value)
    except UNREADABLE as error:
        raise Misread(name) from error


def said(text: str | None) -> str:
    """A text that must be there. Raises ValueError."""
    if not text:
        raise ValueError(text)
    return text


def number(text: str | None) -> str:
    """That of an order. Raises ValueError."""
    if not is_number(text):
        raise ValueError(text)
    return text


def gmt8(text: str, pattern: str) -> datetime.datetime:
    """A moment of the malls' clock. Raises TypeError or ValueError."""
    return datetime.datetime.strptime(text, pattern).replace(tzinfo=GMT8)


AT_MOST_TWO, JUST_TWO = r"(\.\d{1,2})?", r"\.\d\d"


def fen(text: str, decimals: str = AT_MOST_TWO) -> int:
    """Fen of yuan with so many decimals at most, or just as many. Raises TypeError or ValueError."""
    if not re.fullmatch(rf"\d{{1,10}}{decimals}", text, re.ASCII):
        raise ValueError(text)
    return int(Decimal(text).scaleb(2))


def balance(text: str, read: Callable[[str], int] = fen) -> int:
    """The same of what may be below nothing."""
    return -read(text[1:]) if text.startswith("-") else read(text)


def zoned(name: str, text) -> datetime.datetime:
    """The moment that a text says: date and time with their offset. Raises `Misread` of that name: without
    an offset it could be any of a day's.
    """
    try:
        at = parse_datetime(text)
    except (TypeError, ValueError) as error:
        raise Misread(name) from error
    if at is None or at.tzinfo is None or not datetime.MINYEAR < at.year < datetime.MAXYEAR:
        raise Misread(name)
    return at


def require_sound(order: dict) -> None:
    """Raise `Misread` for an order whose numbers no order has: units below one, money below nothing; for one
    of an item whose number nobody could map; and for one that was paid at no moment, or at one that has not
    come: rules and limits of its day would count.
    """
    if zoned("paid_at", order["paid_at"]) > datetime.datetime.now(GMT8) + CLOCKS_APART:
        raise Misread("paid_at")
    for line in order["lines"]:
        if not 0 < len(line["out_sku_id"]) <= MOST_SKU or not line["out_sku_id"].isprintable():
            raise Misread("out_sku_id")
        require_units("quantity", line["quantity"], least=1)
        _require_money(line, "price_fen", "tax_fen")
    _require_money(order, "paid_fen")
    if not order["lines"]:
        raise Misread("lines")


def require_units(name: str, number: int, *, least: int) -> None:
    """Raise `Misread` for a number of units that no line has."""
    if not least <= number <= MOST_UNITS:
        raise Misread(name, number)


def _require_money(told: dict, *names: str) -> None:
    for name in names:
        if not 0 <= told[name] <= MOST_FEN:
            raise Misread(name, told[name])


def fit(told) -> None:
    """Cut the texts of an `Answer` or a `Shown` to what a row has room for: one that does not fit must not
    hold up the others of its call. Raises ValueError for a number or version that none can be.
    """
    if type(told.out_id) is not str:
        raise ValueError(f"out_id {told.out_id!r:.40}")
    for name, most in ROOM.items():
        value = getattr(told, name, "")
        if type(value) is not str or len(value) > most or not fits(value):
            object.__setattr__(told, name, fitted(str(value or ""), most))
    for name in ("version", "held_version"):
        number = getattr(told, name, 0)
        if type(number) is not int or not 0 <= number <= MOST_VERSION:
            raise ValueError(f"{name} {number!r:.40}")
