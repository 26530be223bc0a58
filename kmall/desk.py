"""Slots of the desk (the admin): its menu and the panels of its start page. Apps fill them by name.

An app registers in its `admin/panels.py`, which the admin's autodiscovery imports.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

GROUPS = ("today", "selling", "channels", "running", "rules")


@dataclass(frozen=True)
class Link:
    """A line of the side bar: `view` is a URL name, `shown` decides by the request who sees it."""

    group: str
    label: str
    icon: str
    view: str
    shown: Callable[[HttpRequest], bool]
    order: int = 50


@dataclass(frozen=True)
class Panel:
    """A card of the start page: `context` returns what `template` needs, or None to stay away."""

    template: str
    context: Callable[[HttpRequest], dict | None]
    order: int = 50


_links: list[Link] = []
_panels: list[Panel] = []


def add_link(link: Link) -> None:
    _links.append(link)


def add_panel(panel: Panel) -> None:
    _panels.append(panel)


def menu(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """The side bar for this person: groups in their order, empty ones left out."""
    shown = sorted((link for link in _links if link.shown(request)), key=lambda link: link.order)
    grouped = [(group, [link for link in shown if link.group == group]) for group in GROUPS]
    return [(group, links) for group, links in grouped if links]


def panels(request: HttpRequest) -> list[tuple[str, dict]]:
    """Templates and contexts of the start page for this person."""
    filled = ((panel.template, panel.context(request)) for panel in sorted(_panels, key=lambda p: p.order))
    return [(template, context) for template, context in filled if context is not None]
