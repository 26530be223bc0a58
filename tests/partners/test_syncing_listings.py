import pytest

from catalog.models import Sku
from partners.models import Call, Listing
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, partner_mall
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall(sandbox):
    daily_terms()
    return partner_mall(sandbox.url)


def test_an_approved_product_is_put_on_the_partners_page(sandbox, mall):
    product = listable(name_zh_hans="淡温 积雪草精华液")
    changed(product, "state")
    converge(mall)
    item = sandbox.state()["items"][f"P{product.pk}"]
    assert (item["state"], item["content"]["title"]) == ("shown", "淡温 积雪草精华液")
    assert item["offer"]["skus"][0]["price_fen"] == 10110
    listing = Listing.objects.get()
    assert (listing.is_shown, listing.outcome, listing.due_full, listing.due_since) == (
        True,
        "ok",
        False,
        None,
    )
    assert listing.seen_at >= listing.accepted_at


def test_a_price_goes_by_the_quick_lane_and_leaves_the_text_alone(sandbox, mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    Sku.objects.filter(product=product).update(price_krw=9000)
    changed(product, "price")
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["offer"]["skus"][0]["price_fen"] == 5050
    sends = Call.objects.exclude(kind="look").order_by("id")
    assert list(sends.values_list("kind", flat=True)) == ["upsert", "offer"]


def test_an_unchanged_listing_costs_no_call(sandbox, mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    before = sandbox.state()["calls"]
    changed(product, "text", "price", "stock")
    converge(mall)
    assert sandbox.state()["calls"] == before
    assert not Listing.objects.filter(due_full=True).exists()


def test_a_withdrawn_product_leaves_the_partners_page(sandbox, mall):
    product = listable()
    changed(product, "state")
    converge(mall)
    changed(product, "state", state="withdrawn")
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["state"] == "withdrawn"
    assert not Listing.objects.get().is_shown


def test_a_refused_listing_says_why_and_waits_for_a_change(sandbox, mall):
    product = listable(name_zh_hans="全网最低 精华液")
    changed(product, "state")
    converge(mall)
    listing = Listing.objects.get()
    assert (listing.outcome, listing.error_code, listing.error_field) == (
        "refused",
        "FORBIDDEN_WORD",
        "title",
    )
    changed(product, "text")
    converge(mall)
    assert sandbox.state()["calls"]["igm.items.upsert OK"] == 1
    changed(product, "text", name_zh_hans="好价 精华液")
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["state"] == "shown"


def test_a_text_mended_together_with_a_price_that_stays_is_sent(sandbox, mall):
    """The quick lane finds nothing to send, and must not count the new text as sent."""
    product = listable()
    changed(product, "state")
    converge(mall)
    changed(product, "text", name_zh_hans="全网最低 精华液")
    converge(mall)
    assert Listing.objects.get().outcome == "refused"
    changed(product, "text", "price", name_zh_hans="好价 精华液")
    converge(mall)
    assert sandbox.state()["items"][f"P{product.pk}"]["content"]["title"] == "好价 精华液"
    assert Listing.objects.get().outcome == "ok"


def test_a_product_without_a_chinese_name_is_not_sent(sandbox, mall):
    product = listable(name_zh_hans="")
    changed(product, "state")
    converge(mall)
    assert (Listing.objects.get().outcome, Listing.objects.get().error_code) == ("refused", "NO_CHINESE_NAME")
    assert sandbox.state()["calls"] == {}
