"""A seller's start page says how many goods are held up on the way to partner malls, why, and where they are."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Listing, PartnerMall
from tests.factories.catalog import SellerFactory
from tests.factories.partners import listable, partner_mall
from tests.factories.people import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def malls():
    found = [partner_mall(), partner_mall(code="second")]
    PartnerMall.objects.filter(code="second").update(name_ko="둘째몰")
    return found


@pytest.fixture
def seller(client):
    seller = SellerFactory()
    client.force_login(member_of(seller))
    return seller


def refused(mall, seller, code: str, text: str = "", **fields):
    product = listable(seller=seller, **fields)
    there(mall, product, code, text)
    return product


def there(mall, product, code: str, text: str = "") -> None:
    Listing.objects.create(
        partner=mall,
        product=product,
        next_try_at=timezone.now(),
        outcome="refused",
        error_code=code,
        error_text=text,
    )


def panel(client) -> dict:
    contexts = [context for _template, context in client.get(reverse("admin:index")).context["panels"]]
    (found,) = [one for one in contexts if "파트너몰에 올리지 못한 상품" in one["title"]]
    return found


def goods(client, url: str) -> set[int]:
    return {product.pk for product, _cells in client.get(url).context["rows"]}


def test_goods_are_counted_and_said_once_for_each_reason(client, seller, malls):
    one, two = malls
    words = [refused(one, seller, "FORBIDDEN_WORD") for _ in range(7)]
    there(two, words[0], "FORBIDDEN_WORD")
    bare = refused(two, seller, "NO_PICTURE", name_ko="사진 없는 크림")
    refused(one, SellerFactory(), "NO_PICTURE")
    found = panel(client)
    assert [figure[:2] for figure in found["figures"]] == [("파트너몰 반려", 7), ("등록 불가", 1)]
    (law, law_goods, law_url), (picture, picture_goods, picture_url) = found["rows"]
    assert ("광고법" in law, law_goods) == (True, "상품 7개 · 아이겟몰, 둘째몰")
    assert ("사진" in picture, picture_goods) == (True, "사진 없는 크림 · 둘째몰")
    assert picture_url == reverse("admin:partners_why", args=[bare.pk, "second"])
    assert goods(client, law_url) == {product.pk for product in words}
    assert goods(client, found["more_url"]) == {product.pk for product in [*words, bare]}
    assert [goods(client, figure[2]) for figure in found["figures"]] == [
        {product.pk for product in words},
        {bare.pk},
    ]


def test_a_reason_leads_to_the_goods_that_it_holds_up_where_it_does(client, seller, malls):
    one, two = malls
    titles = [refused(one, seller, "BAD_TITLE") for _ in range(2)]
    refused(one, seller, "BAD_ORIGIN")
    there(two, titles[0], "BAD_ORIGIN")
    url = next(url for words, _goods, url in panel(client)["rows"] if "60" in words)
    assert goods(client, url) == {product.pk for product in titles}
    assert [mall.code for mall in client.get(url).context["partners"]] == ["igetmall"]


def test_words_of_a_mall_alone_lead_to_all_that_it_refused(client, seller, malls):
    odd = [refused(malls[0], seller, "XYZ", "商品不符合要求") for _ in range(2)]
    ((words, _goods, url),) = panel(client)["rows"]
    assert "商品不符合要求" in words
    assert goods(client, url) == {product.pk for product in odd}


def test_what_a_seller_may_neither_see_nor_mend_is_not_counted(client, seller, malls):
    PartnerMall.objects.filter(code="second").update(state="setup")
    refused(malls[1], seller, "NO_PICTURE")
    refused(malls[0], seller, "NO_PICTURE", state="suspended")
    found = panel(client)
    assert (found["figures"], found["rows"], found["more_url"]) == ([], [], "")
