"""The Enter key at the sign-in page does what its field is for, in a browser without scripts as well."""

import pytest

from kmall import inbox
from tests.browser import Watched
from tests.factories.orders import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("member")]


@pytest.fixture
def member(settings):
    settings.DEV_INBOX, settings.EMAIL_BACKEND = True, "kmall.mail.InboxBackend"
    inbox.empty()
    user = UserFactory(email="a@kmall24.test", is_active=True)
    user.set_password("kmall24-demo")
    user.save()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, browser, live_mall):
    with Watched(browser, width=390, height=844, java_script_enabled=request.param) as page:
        page.goto(f"{live_mall}/zh-hans/account/login/")
        yield page


def test_enter_in_the_password_field_signs_in(page):
    page.fill("[name=login]", "a@kmall24.test")
    page.click("summary")
    page.fill("[name=password]", "kmall24-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/me/")
    assert inbox.messages() == []


def test_enter_in_the_first_field_asks_for_a_code(page):
    page.fill("[name=login]", "a@kmall24.test")
    page.press("[name=login]", "Enter")
    page.wait_for_selector("[name=code]")
    assert len(inbox.messages("a@kmall24.test")) == 1
