"""The demo mall: steps that apps add in `<app>/demo/steps.py`, loaded in their order by `manage.py demo`."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Mall:
    """What every step is told. The same seed, scale and day give the same rows."""

    seed: int
    scale: Decimal
    now: datetime.datetime
    pictures: bool = True

    def chance(self, *names) -> random.Random:
        """A source of chance of its own for each name, so that steps do not disturb each other."""
        return random.Random(":".join(map(str, (self.seed, *names))))

    def count(self, full: int, least: int = 1) -> int:
        """A figure of the full mall at this scale."""
        return max(int(full * self.scale), least)


@dataclass(frozen=True)
class Step:
    order: int
    title: str
    load: Callable[[Mall], None]


_steps: list[Step] = []
_occupied: list[Callable[[], bool]] = []
_returns: list[Callable[[], None]] = []


def step(order: int, title: str):
    """Register a function that loads a part of the demo mall. Smaller orders come first."""

    def register(load: Callable[[Mall], None]):
        _steps.append(Step(order, title, load))
        return load

    return register


def occupied_if(asks: Callable[[], bool]):
    """Register a question: is there something already, which the demo mall must not be mixed with?"""
    _occupied.append(asks)
    return asks


def on_return(adapt: Callable[[], None]):
    """Register what a mall needs that was loaded at an earlier start: its neighbours may have moved."""
    _returns.append(adapt)
    return adapt


def come_back() -> None:
    for adapt in _returns:
        adapt()


def is_occupied() -> bool:
    autodiscover_modules("demo.steps")
    return any(asks() for asks in _occupied)


def steps() -> list[Step]:
    """All steps of all installed apps in the order in which they are loaded."""
    autodiscover_modules("demo.steps")
    return sorted(_steps, key=lambda each: each.order)


def load(mall: Mall, *, progress=iter) -> None:
    """Load the demo mall in one transaction: either all of it is there or nothing."""
    with transaction.atomic():
        for each in progress(steps()):
            each.load(mall)
