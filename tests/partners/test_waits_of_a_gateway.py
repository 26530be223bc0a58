"""What stands before a mall's own server says that we call too often: no mall's answer, and no try either."""

import datetime
from email.utils import format_datetime

import pytest
from django.utils import timezone

from partners import pace
from partners.connectors import connect
from partners.models import Listing, PartnerMall
from partners.sync import step
from tests.factories.partners import changed, listable
from tests.partners.liar import Reply, between

pytestmark = pytest.mark.django_db
SAYS = {"seconds": lambda: "60", "a date": lambda: format_datetime(timezone.now() + MINUTE, usegmt=True)}
MINUTE = datetime.timedelta(seconds=60)


@pytest.mark.parametrize("told", SAYS)
@pytest.mark.parametrize("opened", ["mall", "ningbo"])
def test_a_429_in_html_puts_off_and_burns_no_try(request, opened, told):
    mall = request.getfixturevalue(opened)
    changed(listable(), "state")

    def gateway(call, ask):
        if call.method != "POST":
            return ask(call)
        page = b"<html><body>429 Too Many Requests</body></html>"
        return Reply(429, page, {"Content-Type": "text/html", "Retry-After": SAYS[told]()})

    with between(mall.base_url, [gateway]) as url:
        PartnerMall.objects.update(base_url=url)
        mall.refresh_from_db()
        step(mall, connect(mall), quick=False)
    row = Listing.objects.get()
    assert (row.attempts, row.outcome, row.look_at) == (0, "none", None)
    assert 50 < (row.next_try_at - timezone.now()).total_seconds() <= 61
    assert 50 < pace.held_seconds(mall) <= 61
