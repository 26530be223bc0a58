"""Money is whole fen; a reader sees yuan."""


def yuan(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def is_whole(value, low, high):
    """Whether a value out of JSON is a whole number of that range; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
