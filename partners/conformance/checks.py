"""A check: one promise of a contract, asked over HTTP; a run of many, with what was said in each."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field


class Differs(Exception):
    """The server does otherwise than the contract says; the text tells what was expected and what came."""


class NoAnswer(Differs):
    """Nothing came back, or not in time."""


class Stopped(Exception):
    """Nothing can be asked of the server, and no promise is broken. `zh`, `ko`: why; `said`: what came."""

    def __init__(self, zh: str, ko: str, said: str, calls: tuple[str, ...] = ()):
        super().__init__(zh)
        self.zh, self.ko, self.said, self.calls = zh, ko, said, calls


class NotAsked(Exception):
    """The check needs something that was not given; the text says what."""


@dataclass(frozen=True)
class Check:
    section: str  # of the contract
    zh: str
    ko: str
    ask: Callable
    is_always: bool = False  # also where only other sections are asked


@dataclass(frozen=True)
class Finding:
    """What came of a check: `kept`, `differs` or `not asked`; `said`: why; `calls`: what was sent."""

    check: Check
    state: str
    said: str = ""
    calls: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass
class Book:
    """Checks in the order that they are asked."""

    checks: list[Check] = field(default_factory=list)

    def promise(self, section: str, zh: str, ko: str, *, is_always: bool = False) -> Callable:
        """Mark a function of the server's client as a check, which raises `Differs` or `NotAsked`."""

        def mark(ask):
            self.checks.append(Check(section, zh, ko, ask, is_always))
            return ask

        return mark


def expect(what: str, found, wanted) -> None:
    """Raise `Differs` unless equal."""
    if found != wanted:
        raise Differs(f"{what}：应为 {wanted!r}，实为 {found!r}")


def run(checks: list[Check], server, say: Callable[[Finding], None]) -> tuple[list[Finding], Stopped | None]:
    """Ask each check of the server: what was found, and why the run ended before the last, if it did.

    `server.calls` is what went over the line since it was emptied; `server.reach()` raises `Stopped`. It is
    asked for at the first that differs, and wherever no answer comes: a good server is spared the question.
    """
    findings, is_reached = [], False
    for check in checks:
        server.calls.clear()
        finding, is_answered = _ask(check, server)
        if finding.state == "differs" and not (is_reached and is_answered):
            server.calls.clear()
            try:
                server.reach()
            except Stopped as why:
                return findings, why
            is_reached = True
        findings.append(finding)
        say(finding)
    return findings, None


def _ask(check: Check, server) -> tuple[Finding, bool]:
    """What came of a check, and whether the server answered at all."""
    began, is_answered = time.monotonic(), True
    try:
        check.ask(server)
        state, said = "kept", ""
    except NotAsked as reason:
        state, said = "not asked", str(reason)
    except Differs as reason:
        state, said, is_answered = "differs", str(reason), not isinstance(reason, NoAnswer)
    except Exception as error:  # an answer of a shape that nobody thought of is a finding, not our end
        line = traceback.extract_tb(error.__traceback__)[-1]
        state, said = (
            "differs",
            f"应答无法处理：{type(error).__name__}: {error} ({line.name}, line {line.lineno})",
        )
    return Finding(check, state, said, tuple(server.calls), time.monotonic() - began), is_answered
