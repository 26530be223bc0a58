"""What a setting from the environment must look like. A wrong one ends the start with one line."""

import re
from urllib.parse import urlsplit

import environs
from cryptography.fernet import Fernet


def url(*schemes: str):
    """A check for `env.str(validate=…)`: an address of one of these kinds, without a slash at its end."""

    def check(value: str) -> None:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.hostname or parts.scheme == "unix"):
            raise environs.ValidationError(
                f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}"
            )
        if value.endswith("/"):
            raise environs.ValidationError("must not end with a slash")

    return check


def optional_url(*schemes: str):
    check = url(*schemes)
    return lambda value: check(value) if value else None


def one_of(*values: str):
    def check(value: str) -> None:
        if value not in values:
            raise environs.ValidationError(f"must be one of {', '.join(values)}")

    return check


def between(least: int, most: int):
    def check(value: int) -> None:
        if not least <= value <= most:
            raise environs.ValidationError(f"must be a number from {least} to {most}")

    return check


def fernet_keys(values: list[str]) -> None:
    for value in values or [""]:
        try:
            Fernet(value)
        except ValueError:
            raise environs.ValidationError(
                "must be Fernet keys, newest first, with commas between; make one with: python -c "
                "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
            ) from None


def one_line(error: Exception) -> str:
    """`Environment variable "PORT" invalid: ['Not a valid integer.']` in words for a terminal."""
    text = " ".join(str(error).split())
    found = re.match(r'Environment variable "(\w+)" (?:invalid|set but empty)?:? ?(.*)', text)
    if not found:
        return text
    return f"{found[1]}: {found[2].strip('[]').strip(chr(39) + chr(34))}"
