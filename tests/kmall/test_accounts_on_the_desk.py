"""KITA keeps the desk's accounts and reads who looked at what; it cannot raise itself or see shoppers."""

import pytest
from django.urls import reverse

from kmall.models import AuditEntry, User
from tests.factories.people import kita_officer, shopper

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:kmall_user_changelist"), reverse("admin:kmall_user_add")


@pytest.fixture
def kita(client):
    client.force_login(kita_officer())
    return client


def page_of(user) -> str:
    return reverse("admin:kmall_user_change", args=[user.pk])


def test_kita_makes_an_account_for_a_seller(kita):
    words = {"password1": "moon-jar-1592", "password2": "moon-jar-1592"}
    answer = kita.post(ADD, {"email": "new@seller.test", **words}, follow=True)
    user = User.objects.get(email="new@seller.test")
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert "new@seller.test" in answer.content.decode()


def test_shoppers_are_not_listed_nor_opened(kita):
    buyer = shopper()
    assert buyer.email not in kita.get(LIST).content.decode()
    assert kita.get(page_of(buyer), follow=True).redirect_chain


def test_an_officer_cannot_raise_an_account(kita):
    user = User.objects.create_user(email="member@seller.test", is_staff=True)
    data = {"email": user.email, "name": "", "language": "ko", "is_active": "on"}
    assert kita.post(page_of(user), data | {"is_superuser": "on", "groups": ["1"]}).status_code == 302
    user.refresh_from_db()
    assert (user.language, user.is_superuser, user.groups.count()) == ("ko", False, 0)


def test_an_account_keeps_an_e_mail_or_a_phone_number(kita):
    bare = User.objects.create_user(email="bare@seller.test", is_staff=True)
    phoned = User.objects.create_user(email="phoned@seller.test", phone="+8613800000000", is_staff=True)
    data = {"email": "", "name": "진열 담당", "language": "ko", "is_active": "on"}
    answer = kita.post(page_of(bare), data)
    assert list(answer.context["adminform"].form.errors) == ["email"]
    assert "진열 담당" in answer.content.decode()
    assert kita.post(page_of(phoned), data).status_code == 302


@pytest.mark.parametrize("page", ["change", "password"])
def test_an_officer_cannot_take_a_colleagues_account(kita, page):
    colleague = kita_officer()
    name = "admin:kmall_user_change" if page == "change" else "admin:auth_user_password_change"
    assert kita.post(reverse(name, args=[colleague.pk]), {"email": "mine@evil.test"}).status_code == 403


def test_kita_reads_who_looked_at_a_shoppers_data(kita):
    AuditEntry.objects.create(actor=kita_officer(), action="unmask", subject="orders.order:7")
    text = kita.get(reverse("admin:kmall_auditentry_changelist")).content.decode()
    assert "고객 정보 열람" in text
    assert "orders.order:7" in text
