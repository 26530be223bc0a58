"""Becoming a user: by the first code that is asked for, and forgetting those who never typed it in."""

import datetime
from contextlib import suppress

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from kmall.models import User

UNCONFIRMED_FOR = datetime.timedelta(days=1)


@transaction.atomic
def join(*, email: str = "", phone: str = "", language: str = "") -> User:
    """The user of an e-mail address or an E.164 number, made without a password where there is none yet."""
    key = {"phone": phone} if phone else {"email": email}
    user, _created = User.objects.get_or_create(
        **key, defaults={"password": make_password(None), "language": language}
    )
    if email:
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    return user


def forget_unconfirmed(now=None) -> int:
    """Delete users who asked for a first code a day ago and never came in. Returns how many."""
    before = (now or timezone.now()) - UNCONFIRMED_FOR
    never_came = User.objects.filter(
        Q(phone__isnull=False, phone_verified=False) | Q(emailaddress__verified=False),
        last_login=None,
        is_staff=False,
        date_joined__lt=before,
    )
    forgotten = 0
    for user in never_came.distinct():
        with suppress(ProtectedError):  # something has been bought in the name of this user
            user.delete()
            forgotten += 1
    return forgotten
