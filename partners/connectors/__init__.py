"""Connectors by name: those that ship here, and those that an installed distribution offers.

A connector is a module with `connect(partner)`; docs/partners/connector.md says what it must do. One outside
this repository is named by an entry point of the group `kmall24.connectors`.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from partners.connectors.connector import BadCredentials, Profile
from partners.connectors.recording import Recorded

GROUP = "kmall24.connectors"
SHIPPED = [
    EntryPoint("igetmall", "partners.connectors.igetmall", GROUP),
    EntryPoint("ningbo", "partners.connectors.ningbo", GROUP),
    EntryPoint("shanghai", "partners.connectors.shanghai", GROUP),
]


def connectors() -> dict[str, str]:
    """Name of each connector that can be chosen to where it comes from; of two of one name ours counts."""
    found = {point.name: point.dist.name for point in entry_points(group=GROUP)}
    return {**found, **{point.name: "Kmall24" for point in SHIPPED}}


def connect(partner, *, kept_as: str = ""):
    """The connector of a partner mall, ready to call; what it says and hears is kept, under the call's name
    unless another is given.

    Raises `BadCredentials` where none of that name is known or what is stored does not fit it.
    """
    try:
        return Recorded(_module(partner.connector).connect(partner), partner, kept_as)
    except (ImportError, AttributeError, LookupError, ValueError, TypeError) as error:
        raise BadCredentials(f"connector {partner.connector} cannot be set up: {error!r}") from error


def profile(name: str) -> Profile | None:
    """What a connector says of itself; None where it says nothing or is not installed."""
    try:
        return getattr(_module(name), "PROFILE", None)
    except (ImportError, AttributeError, LookupError):
        return None


def able(partner) -> tuple[str, ...]:
    """What a mall's connector says that it can do, as in `Profile`; nothing where it says nothing."""
    about = profile(partner.connector)
    return about.can if about else ()


@cache
def _module(name: str):
    for point in (*SHIPPED, *entry_points(group=GROUP, name=name)):
        if point.name == name:
            return point.load()
    raise LookupError(name)
