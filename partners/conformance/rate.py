"""A server's limit of requests a second, asked by going over it."""

import time
from collections.abc import Callable

from partners.conformance.checks import Differs, NotAsked, expect
from partners.conformance.line import Line

AT_ONCE, ROUNDS = 20, 20


def goes_over(line: Line, ask: Callable[[Line], str], *, rate: int, burst: int) -> None:
    """Expect `RATE_LIMITED` with 429 and Retry-After for more than `rate` a second and a `burst`; then wait.

    `ask`: one request, its code. Raises `NotAsked` where the line is too slow to go over the limit.
    """
    began = time.monotonic()
    for _ in range(ROUNDS):
        answers = line.at_once(ask, AT_ONCE)
        if refused := [one for code, one in answers if code == "RATE_LIMITED"]:
            break
    else:
        seconds, sent = time.monotonic() - began, ROUNDS * AT_ONCE
        said = f"{seconds:.1f} 秒内 {sent} 次请求，没有一次被限流"
        raise NotAsked(said) if sent <= burst + rate * seconds else Differs(said)
    wait = refused[0].headers.get("Retry-After", "")
    expect("HTTP 状态码", refused[0].status, 429)
    if not wait.isdigit():
        raise Differs(f"Retry-After 为 {wait!r}")
    time.sleep(min(int(wait), 60))
