"""Phone numbers as accounts know them: E.164, for shoppers in China and staff in Korea alike."""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HOME_REGION = "CN"


def to_e164(text: str) -> str:
    """ "138 0013 8000", full-width digits or "+82 10…" as "+8613800138000". Raises `ValidationError`."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("Please enter a mobile number, for instance 138 0013 8000, or +82 10 1234 5678."), code="phone"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(e164: str) -> str:
    """A number of the mainland without +86, any other as it is."""
    return e164.removeprefix("+86")
