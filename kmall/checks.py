"""Settings that must not meet, and servers that would not do."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections


@register(Tags.security)
def inbox_only_in_development(app_configs, **kwargs):
    """The inbox shows everybody's login codes: it and a production secret exclude each other."""
    if settings.DEV_INBOX and settings.SECRET_KEY != settings.DEVELOPMENT_KEY:
        return [
            Error(
                "DEV_INBOX shows login codes to anybody and SECRET_KEY says that this is production.",
                hint="Unset DEV_INBOX, and set EMAIL_URL and SMS_GATEWAY_URL.",
                id="kmall.E001",
            )
        ]
    return []


@register(Tags.database)
def trigrams_of_korean_and_chinese(app_configs, databases=None, **kwargs):
    """Under plain C, or PostgreSQL's built-in provider, pg_trgm sees no letters in 한 and 面."""
    faults = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if not cursor.fetchone():
                continue  # before the first migration, which makes it
            cursor.execute("SELECT show_trgm('한') <> '{}' AND show_trgm('面') <> '{}'")
            if not cursor.fetchone()[0]:
                faults.append(
                    Error(
                        "This PostgreSQL finds nothing in Korean and Chinese text (its locale is C).",
                        hint="CREATE DATABASE kmall TEMPLATE template0 LOCALE 'C.UTF-8' makes one that does.",
                        id="kmall.E002",
                    )
                )
    return faults
