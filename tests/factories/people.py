"""Users of each kind. All passwords are ``secret-words``."""

import itertools

from django.contrib.auth.models import Group

from catalog.models import SellerMember
from kmall.models import User
from partners.models import PartnerMember

PASSWORD = "secret-words"
_numbers = itertools.count()


def _user(kind: str, **fields) -> User:
    email = f"{kind}{next(_numbers)}@kmall24.test"
    return User.objects.create_user(email=email, password=PASSWORD, **fields)


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
