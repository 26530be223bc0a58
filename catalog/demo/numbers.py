"""Invented numbers that pass their checks."""

BRN_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def gtin13(serial: int) -> str:
    """A Korean GTIN-13 (prefix 880) for a serial number up to nine digits, with its check digit."""
    body = f"880{serial % 10**9:09d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def business_number(serial: int) -> str:
    """A Korean business number (사업자등록번호) for a serial of up to nine digits, with its check digit."""
    body = f"{serial:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, BRN_WEIGHTS, strict=True))
    total += int(body[8]) * 5 // 10
    return f"{body}{-total % 10}"
