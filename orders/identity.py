"""The buyer's real name and resident number: their form, as customs and the payment company compare it.

GB 11643-1999: 6 digits of region, 8 of birth date, 3 of serial, one check character (ISO 7064 MOD 11-2).
The region is that of first registration and may long be abolished, so only its province is checked.
"""

import datetime
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kmall.encryption import blind_index
from orders.models import Identity

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
OLDEST = 130
KEPT_UNUSED = datetime.timedelta(days=365)

# 31 provinces, and 71, 81, 82, 83: numbers of the residence permits for Taiwan, Hong Kong and Macao.
_OF_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
PROVINCES = frozenset(_OF_PROVINCES.split())
_ALONE = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af·]{2,30}")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●.．", "·"))


def check_character(first_seventeen: str) -> str:
    """The last character that belongs to seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def clean_number(text: str) -> str:
    """An ID number as it is stored: 18 characters, ASCII, a capital X.

    Raises `ValidationError` with a sentence that says what to do.
    """
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d{15}", number):
        raise ValidationError(
            _("15-digit cards are out of use since 2013. Please enter the 18 characters of the new card."),
            code="old_card",
        )
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValidationError(_("Please enter all 18 characters: 17 digits, then a digit or X."), code="form")
    if number[:2] not in PROVINCES:
        raise ValidationError(_("The first two digits name no province. Please check them."), code="province")
    _check_birth(number[6:14])
    if check_character(number[:17]) != number[17]:
        raise ValidationError(
            _("The check character does not fit. Please compare the last four; the last may be an X."),
            code="check",
        )
    return number


def has_number(text: str) -> bool:
    """Whether an ID number stands by itself in a text, wherever it was typed."""
    for found in _ALONE.findall(unicodedata.normalize("NFKC", text)):
        try:
            clean_number(found)
        except ValidationError:
            continue
        return True
    return False


def clean_name(text: str) -> str:
    """A Chinese real name as on the card. Raises `ValidationError`."""
    name = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(_DOTS)
    if not _NAME.fullmatch(name) or name.startswith("·") or name.endswith("·"):
        raise ValidationError(
            _("Please enter the name in Chinese characters, as on the ID card and in the paying account."),
            code="name",
        )
    return name


def birth_date(number: str) -> datetime.date:
    """The day of birth in a cleaned number."""
    return datetime.datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=datetime.UTC).date()


def remember(*, user, name: str, number: str) -> Identity:
    """Keep a buyer's identity with the user, once per number, until a year after its last use."""
    identity, _created = Identity.objects.update_or_create(
        user=user,
        index=blind_index(number),
        defaults={"name": name, "number": number, "erase_on": timezone.localdate() + KEPT_UNUSED},
    )
    return identity


def erase_due(on: datetime.date) -> int:
    """Delete identities that nobody has used for a year; how many. Orders keep theirs by law."""
    return Identity.objects.filter(erase_on__lte=on).delete()[0]


def _check_birth(digits: str):
    today = timezone.localdate()
    try:
        born = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or born > today or today.year - born.year > OLDEST:
        raise ValidationError(
            _("Digits 7 to 14 are no date of birth. Please check them, for instance 19900101."), code="birth"
        )
