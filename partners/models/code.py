import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread aloud or in print
LABEL_LENGTH, SCREEN_LENGTH = 6, 7  # so no screen's code is a label's


def new_code(length: int = LABEL_LENGTH) -> str:
    """Letters and digits for a short link; whoever needs it unique sees to it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def screen_code() -> str:
    return new_code(SCREEN_LENGTH)
