"""Connectors by name. A new mall is a module here and a line below; docs/partners says what it must do."""

from importlib import import_module

CONNECTORS = {"igetmall": "partners.connectors.igetmall"}


def connect(partner):
    """The connector of a partner mall, ready to call. Raises `KeyError` for a name that nobody wrote."""
    return import_module(CONNECTORS[partner.connector]).connect(partner)
