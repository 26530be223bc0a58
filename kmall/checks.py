"""Settings that must not meet."""

from django.conf import settings
from django.core.checks import Error, Tags, register


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
