"""The page by a signed address on which a partner's people see how their section stands."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kmall.models import AuditEntry
from orders.dispatch import send
from orders.models import Order
from orders.refund import refund_consignment, refund_order
from partners.causes import NOT_LISTABLE, OF_REFUSAL
from partners.models import Listing, SharedAddress, Visit
from partners.scorecard import Returns, scorecard
from partners.shared import address_of
from tests.factories.catalog import daily_terms
from tests.factories.orders import freight_rule, paid_order
from tests.factories.partners import changed, listable, partner_mall
from tests.factories.people import kita_officer, member_of, works_at
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def malls():
    daily_terms()
    freight_rule(free_from_fen=0)
    return [partner_mall(commission="0.1000"), partner_mall(code="ningbo")]


def path(mall):
    return "/" + address_of(mall, SharedAddress.Purpose.STANDING).split("/", 3)[3]


def listing(mall, seen_hours_ago=1, **fields):
    now = timezone.now()
    product = listable()
    row = Listing.objects.filter(partner=mall, product=product)
    if not row.exists():
        Listing.objects.create(partner=mall, product=product, next_try_at=now)
    row.update(**{"is_shown": True, "seen_at": now - seen_hours_ago * HOUR} | fields)
    return row.get()


def its_own_order(mall, number):
    """An order that the mall sold, confirmed."""
    order = paid_order(listable().skus.get())
    Order.objects.filter(pk=order.pk).update(channel=mall.channel)
    return mall.orders.create(remote_id=f"A{number}", raw="{}", came_by="pull", state="placed", order=order)


def test_it_opens_without_a_login_in_three_languages(malls, client):
    for language, word in (("", "韩国馆"), ("?l=ko", "한국관"), ("?l=en", "Korea hall")):
        answer = client.get(path(malls[0]) + language)
        assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
        assert word in answer.content.decode()


def test_it_tells_how_fresh_the_section_is(malls):
    for hours in (1, 2, 30):
        listing(malls[0], hours)
    fresh = scorecard(malls[0]).freshness
    assert (fresh.shown, fresh.seen, fresh.percent) == (3, 2, 66)
    assert timezone.now() - fresh.oldest > 29 * HOUR


def test_it_groups_refusals_by_reason_with_examples(malls, client):
    for _ in range(5):
        listing(malls[0], outcome="refused", error_code="BAD_PICTURE", error_field="pictures")
    listing(malls[0], outcome="refused", error_code="BAD_TITLE")
    first, second = scorecard(malls[0]).refusals
    assert (first.count, len(first.examples), second.count) == (5, 3, 1)
    with override("zh-hans"):
        assert str(OF_REFUSAL["BAD_PICTURE"].text) in client.get(path(malls[0])).content.decode()


def test_what_we_could_not_offer_is_not_called_refused_by_the_mall(malls, client):
    listing(malls[0], outcome="refused", error_code="BAD_TITLE")
    listing(malls[0], outcome="refused", error_code="NO_PICTURE", is_shown=False)
    for language, words in (("zh-hans", "尚未提供给贵商城"), ("ko", "아직 귀사에 제공하지 못한 상품")):
        page = client.get(path(malls[0]) + f"?l={language}").content.decode()
        refused, _heading, lacking = page.partition(f"<h2>{words}")
        with override(language):
            texts = [str(cause.text) for cause in (OF_REFUSAL["BAD_TITLE"], NOT_LISTABLE["NO_PICTURE"])]
        assert [text in refused for text in texts] == [True, False]
        assert [text in lacking for text in texts] == [False, True]
    card = scorecard(malls[0])
    assert (card.refused, card.freshness.wanted) == (1, 1)


def test_it_measures_from_our_change_to_the_partners_page(mall):
    product = listable()
    changed(product, "state")
    Listing.objects.update(changed_at=timezone.now() - datetime.timedelta(seconds=90))
    converge(mall)
    delay = scorecard(mall).delay
    assert (delay.count, 90 <= delay.half < 150, delay.half == delay.most) == (1, True, True)
    assert Listing.objects.get().changed_at is None
    changed(product, "text")
    converge(mall)
    assert Listing.objects.get().changed_at is None


def test_orders_returns_and_visitors_are_its_own(malls):
    now = timezone.now()
    visits = [Visit.objects.create(partner=mall, expires_at=now + HOUR) for mall in malls]
    paid_order(listable().skus.get(), visit=visits[0].pk)
    paid_order(listable().skus.get(), visit=visits[1].pk)
    malls[0].orders.create(remote_id="A1", raw="{}", came_by="pull")
    card = scorecard(malls[0])
    assert (card.visits.visits, card.sold.orders, card.ordered) == (1, 1, 1)
    assert card.returns == Returns(sent=0, returned=0, refunded=0, refunded_fen=0)
    assert card.sold.commission_fen == malls[0].channel.orders.get().credit.commission_fen


def test_what_was_given_back_of_orders_placed_here_is_not_told_of_its_own(malls):
    visit = Visit.objects.create(partner=malls[0], expires_at=timezone.now() + HOUR)
    ours, theirs = paid_order(listable().skus.get(), visit=visit.pk), its_own_order(malls[0], 1).order
    refund_order(order_id=ours.pk, reason="cannot_be_delivered")
    card = scorecard(malls[0])
    assert (card.ordered, card.returns.refunded_fen, card.sold.orders) == (1, 0, 1)
    refund_order(order_id=theirs.pk, reason="cannot_be_delivered")
    card, theirs = scorecard(malls[0]), Order.objects.get(pk=theirs.pk)
    assert card.returns == Returns(0, 0, refunded=1, refunded_fen=theirs.refunded_fen)


def test_returns_are_told_apart_from_other_money_given_back(malls, client):
    """Two asked for at the mall, of which one may come; one that KITA took back; a lost and a sold out parcel."""
    taken, refused, by_kita, lost, sold_out = (its_own_order(malls[0], n) for n in range(5))
    for row in (taken, refused, by_kita, lost):
        send(consignment_id=row.order.consignments.get().pk, carrier="cj", tracking_number="601234567890")
    asked = {"kind": "return", "asked_at": timezone.now()}
    taken.requests.create(remote_id="R1", stands="received", **asked)
    refused.requests.create(remote_id="R2", stands="rejected", **asked)
    refused.requests.create(remote_id="R3", stands="accepted", **asked | {"kind": "cancel"})
    for row, reason in ((by_kita, "returned"), (lost, "lost"), (sold_out, "sold_out")):
        parcel = row.order.consignments.get()
        refund_consignment(consignment_id=parcel.pk, reason=reason, is_back=False)
    returns = scorecard(malls[0]).returns
    assert (returns.sent, returns.returned, returns.refunded) == (4, 2, 3)
    for language, words in (
        ("zh-hans", ("顾客退货的订单</span><strong>2</strong>", "共发货 4 单", "退款 3 单")),
        ("ko", ("구매자가 반품한 주문</span><strong>2</strong>", "발송 4건 가운데", "환불 3건")),
        ("en", ("orders returned by shoppers</span><strong>2</strong>", "of 4 sent", "3 with money")),
    ):
        html = client.get(path(malls[0]), {"l": language}).content.decode()
        assert [word for word in words if word not in html] == []


def test_nothing_of_other_malls_or_of_persons_is_on_it(malls, client):
    theirs = listing(malls[1], outcome="refused", error_code="BAD_TITLE")
    visit = Visit.objects.create(partner=malls[0], expires_at=timezone.now() + HOUR)
    order = paid_order(listable().skus.get(), visit=visit.pk)
    html = client.get(path(malls[0])).content.decode()
    for text in (theirs.product.name_zh_hans, order.receiver_name, order.receiver_phone, order.number):
        assert str(text) not in html


def test_a_forged_or_replaced_address_opens_nothing(malls, client):
    old = path(malls[0])
    client.force_login(kita_officer())
    renewal = reverse("admin:partners_partnermall_address", args=[malls[0].pk, "standing"])
    assert client.get(renewal).status_code == 405
    assert client.post(renewal).status_code == 302
    client.logout()
    for address in (old, old[:-4] + "abc/", "/partners/standing/x/"):
        answer = client.get(address)
        html = answer.content.decode()
        assert (answer.status_code, "无效" in html, "知道此网址的人" in html) == (404, True, False)
    assert client.get(path(malls[0])).status_code == 200
    assert AuditEntry.objects.filter(action="new_standing_address").exists()


def test_the_desk_leads_a_malls_people_there_and_nobody_else(malls, client):
    client.force_login(works_at(malls[0]))
    assert client.get(reverse("admin:partners_standing")).url.endswith(path(malls[0]))
    client.force_login(member_of(listable().seller))
    assert client.get(reverse("admin:partners_standing")).status_code == 403
    renewal = reverse("admin:partners_partnermall_address", args=[malls[0].pk, "standing"])
    assert client.post(renewal).status_code == 403


def test_kita_finds_the_addresses_at_the_mall(malls, client):
    client.force_login(kita_officer())
    html = client.get(reverse("admin:partners_partnermall_change", args=[malls[0].pk])).content.decode()
    for purpose in SharedAddress.Purpose.values:
        assert re.search(rf'href="[^"]+/partners/{purpose}/[\w.-]+/"', html), purpose


def test_the_number_of_queries_does_not_grow(malls):
    def queries(more):
        for _ in range(more):
            listing(malls[0], outcome="refused", error_code=f"CODE_{Listing.objects.count()}")
        with CaptureQueriesContext(connection) as captured:
            scorecard(malls[0])
        return len(captured)

    assert queries(2) == queries(20)
