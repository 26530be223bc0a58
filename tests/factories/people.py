"""Users of each kind. All passwords are ``secret-words``."""

import functools
import itertools

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from catalog.models import SellerMember
from kmall.models import User
from partners.models import PartnerMember

PASSWORD = "secret-words"
_numbers = itertools.count()


@functools.cache
def _hashed() -> str:
    """Once for all of them: as settings.py hashes it, which is slow by intent."""
    return make_password(PASSWORD)


def _user(kind: str, **fields) -> User:
    return User.objects.create(email=f"{kind}{next(_numbers)}@kmall24.test", password=_hashed(), **fields)


def shopper() -> User:
    return _user("shopper")


def kita_officer() -> User:
    user = _user("kita", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="KITA")[0])
    return user


def member_of(seller, role: str = SellerMember.Role.OWNER) -> User:
    user = _user("seller", is_staff=True)
    SellerMember.objects.create(seller=seller, user=user, role=role)
    return user


def works_at(mall) -> User:
    """Somebody of a partner mall."""
    user = _user("mall", is_staff=True)
    PartnerMember.objects.create(partner=mall, user=user)
    return user
