import pytest

from orders.address_book import drop_address
from orders.models import Address
from tests.factories.orders import AddressFactory, IdentityFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = "/zh-hans/addresses/new/"
TYPED = {
    "name": "林晓雨",
    "phone": "13800138000",
    "province_code": "44",
    "city_code": "4419",
    "district_code": "441900",
    "street_code": "441900003",
    "detail": "中心路 8 号",
}


@pytest.fixture
def shopper(client):
    user = UserFactory()
    client.force_login(user)
    return user


def defaults(user):
    return list(user.addresses.filter(is_default=True).values_list("pk", flat=True))


def test_an_address_is_kept_and_read_without_its_place_named_twice(client, shopper):
    page = client.post(NEW, TYPED, follow=True).content.decode()
    assert "广东省 东莞市 东城街道 中心路 8 号" in page
    assert "138****8000" in page
    assert defaults(shopper) == [Address.objects.get().pk]


def test_there_is_one_default_and_it_passes_on(client, shopper):
    client.post(NEW, TYPED)
    client.post(NEW, TYPED)
    first, second = shopper.addresses.order_by("id")
    assert defaults(shopper) == [first.pk]
    client.post(NEW, TYPED | {"is_default": "on"})
    third = shopper.addresses.order_by("id").last()
    assert defaults(shopper) == [third.pk]
    drop_address(address=third)
    assert defaults(shopper) == [second.pk]


def test_a_slip_comes_back_at_its_field(client, shopper):
    page = client.post(NEW, TYPED | {"phone": "123", "detail": ""})
    assert set(page.context["form"].errors) == {"phone", "detail"}
    assert '<option value="441900003" selected>东城街道</option>' in page.content.decode()
    assert not Address.objects.exists()


def test_an_address_can_be_changed(client, shopper):
    address = AddressFactory(user=shopper)
    assert address.name in client.get(f"/zh-hans/addresses/{address.pk}/").content.decode()
    client.post(f"/zh-hans/addresses/{address.pk}/", TYPED)
    address.refresh_from_db()
    assert (address.name, address.province, address.street) == ("林晓雨", "广东省", "东城街道")


def test_another_ones_address_is_not_there(client, shopper):
    address = AddressFactory()
    for path in (f"{address.pk}/", f"{address.pk}/delete/"):
        assert client.post(f"/zh-hans/addresses/{path}", TYPED).status_code == 404
    assert Address.objects.get().name == address.name


def test_regions_of_any_codes_are_a_small_fragment_that_may_be_kept(client):
    answer = client.get("/zh-hans/addresses/regions/?province_code=50&city_code=5001&district_code=500103")
    html = answer.content.decode()
    assert "解放碑街道" in html
    assert "<html" not in html
    assert "max-age=86400" in answer.headers["Cache-Control"]
    odd = client.get("/zh-hans/addresses/regions/?province_code=../../etc&city_code=%00&district_code=50")
    assert odd.status_code == 200


def test_my_page_forgets_an_identity_when_asked(client, shopper):
    mine, other = IdentityFactory(user=shopper), IdentityFactory()
    html = client.get("/zh-hans/me/").content.decode()
    assert "1101************2X" in html
    assert mine.number not in html
    for identity in (mine, other):
        client.post(f"/zh-hans/me/identity/{identity.pk}/forget/")
    assert not shopper.identities.exists()
    assert other.user.identities.exists()


def test_my_page_takes_a_name_and_greets_with_it(client, shopper):
    client.post("/zh-hans/me/", {"name": "晓雨"})
    assert "您好，晓雨" in client.get("/zh-hans/me/").content.decode()
    assert client.get("/zh-hans/me/bits/").json()["name"] == "晓雨"


def test_a_visitor_is_led_to_the_door(client):
    assert "登录后查看订单" in client.get("/zh-hans/me/").content.decode()
    assert client.get("/zh-hans/addresses/").url.startswith("/zh-hans/account/login/")
