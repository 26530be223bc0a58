"""One login for each kind of user; the password of all is `PASSWORD`."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from catalog.models import Seller, SellerMember
from kmall.demo import Mall

PASSWORD = "kmall24-demo"
KITA, SELLER, SHOPPER, PARTNER = (
    f"{name}@kmall24.test" for name in ("kita", "seller", "shopper", "igetmall")
)


def load(mall: Mall) -> None:
    kita = _user(KITA, "김무역", "ko", is_staff=True)
    kita.groups.add(Group.objects.get_or_create(name="KITA")[0])
    seller = _user(SELLER, "이소영", "ko", is_staff=True)
    own = Seller.objects.order_by("pk").first()
    SellerMember.objects.create(seller=own, user=seller, role=SellerMember.Role.OWNER)
    _user(SHOPPER, "林小雨", "zh-hans", phone="+8613800138000", phone_verified=True)
    _user(PARTNER, "王丽", "zh-hans", is_staff=True)


def _user(email: str, name: str, language: str, **fields):
    user = get_user_model().objects.create_user(
        email=email, password=PASSWORD, name=name, language=language, **fields
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
