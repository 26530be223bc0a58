"""Slots of the desk (the admin): its menu and the panels of its start page. Apps fill them by name.

An app registers in its `admin/panels.py`, which the admin's autodiscovery imports.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse

GROUPS = ("today", "selling", "channels", "running", "rules")
FOLDED = "rules"  # what one needs once a month; opened by its heading, or while one is in it


@dataclass(frozen=True)
class Link:
    """A line of the side bar: `view` is a URL name, `shown` decides by the request who sees it.

    `query` narrows the list that it leads to ("state__exact=submitted").
    """

    group: str
    label: str
    icon: str
    view: str
    shown: Callable[[HttpRequest], bool]
    order: int = 50
    query: str = ""

    @cached_property  # each page of the desk asks for all of them three times
    def path(self) -> str:
        return reverse(self.view)

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True)
class Group:
    """Some lines of the side bar under one heading; `current` is the line that one is at or below."""

    name: str
    links: list[Link]
    current: Link | None

    @property
    def is_open(self) -> bool:
        return self.name != FOLDED or self.current in self.links


@dataclass(frozen=True)
class Panel:
    """A card of the start page: `context` returns what `template` needs, or None to stay away."""

    template: str
    context: Callable[[HttpRequest], dict | None]
    order: int = 50


_links: list[Link] = []
_panels: list[Panel] = []
_names: list[Callable[[HttpRequest], str | None]] = []


def add_link(link: Link) -> None:
    _links.append(link)


def add_panel(panel: Panel) -> None:
    _panels.append(panel)


def add_name(whose: Callable[[HttpRequest], str | None]) -> None:
    """`whose` names the desk of the people it knows (KITA's, a seller's, a partner's), else None."""
    _names.append(whose)


def name(request: HttpRequest) -> str:
    """Whose desk this is, for the head of the side bar."""
    return next((found for whose in _names if (found := whose(request))), "")


def menu(request: HttpRequest) -> list[Group]:
    """The side bar for this person: groups in their order, empty ones left out."""
    shown = sorted((link for link in _links if link.shown(request)), key=lambda link: link.order)
    above = [link for link in shown if _is_at_or_below(request.path, link)]
    current = max(above, key=lambda link: len(link.path), default=None)
    grouped = [(group, [link for link in shown if link.group == group]) for group in GROUPS]
    return [Group(group, links, current) for group, links in grouped if links]


def _is_at_or_below(path: str, link: Link) -> bool:
    return path == link.path or (link.view != "admin:index" and path.startswith(link.path))


def panels(request: HttpRequest) -> list[tuple[str, dict]]:
    """Templates and contexts of the start page for this person."""
    filled = ((panel.template, panel.context(request)) for panel in sorted(_panels, key=lambda p: p.order))
    return [(template, context) for template, context in filled if context is not None]
