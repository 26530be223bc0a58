"""A partner refused a listing: the desk says why in Korean, and KITA sends it again."""

import pytest
from django.urls import reverse

from partners.models import Listing
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


def test_a_refused_listing_is_explained_and_can_be_sent_again(client, sandbox):
    daily_terms()
    mall = partner_mall(sandbox.url)
    changed(listable(name_zh_hans="最佳 精华液"), "state")
    converge(mall)
    client.force_login(kita_officer())
    listings = reverse("admin:partners_listing_changelist")
    assert "광고법" in client.get(listings).content.decode()
    client.post(listings, {"action": "send_again", "_selected_action": [Listing.objects.get().pk]})
    converge(mall)
    assert sandbox.state()["calls"]["igm.items.upsert OK"] == 2
