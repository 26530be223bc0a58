"""Connectors by name. A new mall is a module here and a line below; docs/partners says what it must do."""

from importlib import import_module

from partners.connectors.connector import BadCredentials

CONNECTORS = {"igetmall": "partners.connectors.igetmall"}


def connect(partner):
    """The connector of a partner mall, ready to call.

    Raises `BadCredentials` where none of that name is known or what is stored does not fit it.
    """
    try:
        return import_module(CONNECTORS[partner.connector]).connect(partner)
    except (KeyError, ValueError, TypeError) as error:
        raise BadCredentials(f"connector {partner.connector} cannot be set up: {error!r}") from error
