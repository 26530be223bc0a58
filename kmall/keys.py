"""Keys of rows, and other whole numbers, as they stand in addresses and hand-read forms."""

HIGHEST = 2**63 - 1  # of a bigint
_DIGITS = len(str(HIGHEST))


def key_of(text: str | None) -> int | None:
    """The key written as `text`; None for all that is none, however long."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        return None
    return key if (key := int(text)) <= HIGHEST else None
