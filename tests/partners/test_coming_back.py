"""A demo mall that is started again: what stands on other ports today."""

import pytest
from django.core.management import call_command

from partners.models import Listing
from tests.factories.partners import listable, partner_mall

pytestmark = pytest.mark.django_db
TODAY = "http://127.0.0.1:9002"


@pytest.fixture(autouse=True)
def moved(settings):
    settings.PARTNER_SANDBOX_URL = TODAY


def test_the_sandbox_is_found_on_its_new_port():
    partner = partner_mall(base_url="http://127.0.0.1:8002")
    listable()
    call_command("demo", if_empty=True, verbosity=0)
    partner.refresh_from_db()
    assert (partner.base_url, partner.home_url) == (TODAY, TODAY)
    assert Listing.objects.get(partner=partner).due_since is not None


def test_a_real_partner_keeps_its_address():
    partner = partner_mall(base_url="https://open.igetmall.example")
    listable()
    call_command("demo", if_empty=True, verbosity=0)
    partner.refresh_from_db()
    assert partner.base_url == "https://open.igetmall.example"
