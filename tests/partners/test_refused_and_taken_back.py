"""A refusal speaks of what was refused: what is wanted after it is sent, or is there already."""

import pytest
from django.urls import reverse

from catalog.models import Sku
from partners import record
from partners.look import look_again_at_stalest
from partners.models import CategoryMap, Listing, PartnerMall
from partners.overview import malls_health
from partners.sync import sync
from tests.factories.partners import changed, listable, skin_care
from tests.factories.people import member_of
from tests.partners.convergence import converge

pytestmark = pytest.mark.django_db


def at_rest(product) -> tuple[str, bool]:
    row = Listing.objects.get(product=product)
    return row.outcome, row.is_shown


@pytest.mark.needs("send")
def test_what_a_mall_lost_comes_back_also_when_a_price_comes_first(stand_in, each_mall):
    product = listable()
    changed(product, "state")
    converge(each_mall)
    stand_in.operate("/operator/forget/")
    Sku.objects.filter(product=product).update(price_krw=9000)
    changed(product, "price")
    converge(each_mall)
    look_again_at_stalest(each_mall)
    converge(each_mall)
    assert at_rest(product) == ("ok", True)


def test_goods_that_are_mapped_again_are_sent_again(sandbox, mall):
    product = listable()
    changed(product, "state")
    sandbox.fault("error", 1)
    sync(mall)
    row = CategoryMap.objects.get(partner=mall)
    row.delete()
    changed(product, "text")
    converge(mall)
    assert Listing.objects.get().error_code == "CATEGORY_NOT_MAPPED"
    CategoryMap.objects.create(partner=mall, category=skin_care(), remote_code=row.remote_code)
    changed(product, "text")
    converge(mall)
    assert at_rest(product) == ("ok", True)


def test_a_refused_text_that_is_taken_back_is_well_again_without_a_call(sandbox, mall):
    product = listable(name_zh_hans="积雪草精华液")
    changed(product, "state")
    converge(mall)
    changed(product, "text", name_zh_hans="全网最低 积雪草精华液")
    converge(mall)
    assert Listing.objects.get().outcome == "refused"
    before = sandbox.state()["calls"]
    changed(product, "text", name_zh_hans="积雪草精华液")
    converge(mall)
    assert at_rest(product) == ("ok", True)
    assert sandbox.state()["calls"] == before
    changed(product, "text", name_zh_hans="全网最低 积雪草精华液")
    converge(mall)
    assert Listing.objects.get().outcome == "refused"


def unchosen(product):
    PartnerMall.objects.update(rule={"without": [product.pk]})
    changed(product, "state")


UNWANTED = {"withdrawn": lambda product: changed(product, "state", state="withdrawn"), "unchosen": unchosen}
REFUSED = {"there": {"name_zh_hans": "全网最低 积雪草精华液"}, "before it is sent": {"name_zh_hans": ""}}


@pytest.mark.parametrize("unwanted", UNWANTED)
@pytest.mark.parametrize("refused", REFUSED)
def test_a_refusal_ends_with_the_wish_to_sell_it_there(client, sandbox, mall, refused, unwanted):
    product = listable(**REFUSED[refused])
    changed(product, "state")
    converge(mall)
    client.force_login(member_of(product.seller))
    assert product.name_ko in client.get(reverse("admin:index")).content.decode()
    UNWANTED[unwanted](product)
    converge(mall)
    row, [health] = Listing.objects.get(), malls_health()
    assert (row.outcome, row.error_code, row.is_wanted, health.refused) == ("none", "", False, 0)
    assert product.name_ko not in client.get(reverse("admin:index")).content.decode()
    calls = sandbox.state()["calls"]
    changed(product, "stock")
    converge(mall)
    assert (sandbox.state()["calls"], Listing.objects.get().outcome) == (calls, "none")


def test_what_was_withdrawn_after_a_refusal_is_tried_again_when_it_comes_back(sandbox, mall):
    product = listable(name_zh_hans="全网最低 积雪草精华液")
    changed(product, "state")
    converge(mall)
    changed(product, "state", state="withdrawn")
    converge(mall)
    changed(product, "state", state="on_sale")
    converge(mall)
    assert Listing.objects.get().outcome == "refused"
    changed(product, "text", name_zh_hans="积雪草精华液")
    converge(mall)
    assert at_rest(product) == ("ok", True)


def test_a_change_while_a_refused_text_is_taken_back_does_not_keep_the_refusal(sandbox, mall, monkeypatch):
    product = listable(name_zh_hans="积雪草精华液")
    changed(product, "state")
    converge(mall)
    changed(product, "text", name_zh_hans="全网最低 积雪草精华液")
    converge(mall)
    changed(product, "text", name_zh_hans="积雪草精华液")
    save = record.save_untouched
    with monkeypatch.context() as patch:
        patch.setattr(record, "save_untouched", lambda *told: changed(product, "price") or save(*told))
        sync(mall, seconds=0.01)
    converge(mall)
    assert at_rest(product) == ("ok", True)
