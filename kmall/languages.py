"""Names of the languages that the mall's data is kept in."""

from django.utils.translation import gettext


def named_with_language(field, language: str) -> str:
    """What a column or field of model data is called: its name with the language it is kept in."""
    if language == "ko":
        return gettext("%(field)s in Korean") % {"field": field}
    return gettext("%(field)s in Chinese") % {"field": field}
