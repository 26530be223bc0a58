"""Files that a mall drops, read one by one: one that is not whole or too large holds up no other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from partners.connectors.connector import BadFile, Misfit, Page, RowFault, TooLarge
from partners.connectors.reading import Unread
from partners.connectors.sheets import NOT_WHOLE, NotWhole


@dataclass
class File:
    """What is in a file: what can be taken, what is wrong with the rest, orders that cannot be read."""

    told: list[dict]
    faults: list[RowFault]
    unread: list[Unread] = field(default_factory=list)


def page_of(names: list[str], fetch: Callable[[str], tuple[bytes, str]], read: Callable) -> Page:
    """What is in some files. Raises a `Fault` that is not of one file alone.

    `fetch` gives the bytes of one and the digest that the mall tells; `read` makes a `File` of name,
    bytes and digest, or raises `NotWhole`.
    """
    page = Page(cursor=names[-1] if names else "")
    for name in names:
        digest = ""
        try:
            raw, digest = fetch(name)
            file = read(name, raw, digest)
        except (NotWhole, Misfit) as fault:
            is_one_only = fault.status == 404 or isinstance(fault, NotWhole | TooLarge)
            if not is_one_only:  # 404: listed, and not there yet
                raise
            page.late.append(BadFile(name, digest, [RowFault(1, "", NOT_WHOLE)]))
            continue
        page.rows.extend(file.told)
        page.bad.extend([BadFile(name, digest, file.faults)] if file.faults else [])
        page.unread.extend(file.unread)
    return page
