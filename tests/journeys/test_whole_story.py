"""The mall's main job, end to end at 390 px, over real HTTP between four servers and a worker."""

from django.urls import reverse

from catalog.models import Revision
from orders.models import Order
from partners.displays import open_market
from partners.labels import number_labels
from tests.factories.people import kita_officer, member_of
from tests.journeys.people import buy_what_is_shown, sign_in_to_the_desk, until


def test_from_a_sellers_edit_to_kitas_report_by_way_of_i_get_mall(mall, igetmall, product, on_phone):
    seller, officer = member_of(product.seller), kita_officer()

    with on_phone() as page:  # the seller edits and submits
        sign_in_to_the_desk(page, mall, seller)
        page.goto(mall + reverse("admin:catalog_product_change", args=[product.pk]))
        page.fill("#id_name_zh_hans", "纯淡 雪肌水光补水面膜 10片装")
        page.click("button[name=submit]")
        until(lambda: Revision.objects.filter(state="submitted").exists())

    with on_phone() as page:  # KITA looks at the difference and approves
        sign_in_to_the_desk(page, mall, officer)
        page.goto(mall + reverse("admin:catalog_revision_changelist") + "?state__exact=submitted")
        page.click("#result_list tbody th a")
        assert "纯淡 雪肌水光补水面膜 10片装" in page.inner_text(".diff .after")
        page.click("button[name=approve]")
        until(lambda: not Revision.objects.filter(state="submitted").exists())

    until(lambda: "雪肌水光补水面膜 10片装" in igetmall.fetch("/korea/"))

    with on_phone() as page:  # a shopper of Chongqing follows the partner's link and buys
        page.goto(f"{igetmall.url}/korea/")
        page.click("text=纯淡 雪肌水光补水面膜 10片装")
        page.wait_for_url(f"{mall}/zh-hans/partner/igetmall/p/{product.slug}/**")
        assert "雪肌水光补水面膜 10片装" in page.inner_text("h1")
        buy_what_is_shown(page)
        order = until(lambda: Order.objects.filter(state="paid").first())
        page.goto(f"{mall}/zh-hans/orders/{order.number}/")
        assert "待发货" in page.inner_text("main")

    send_as(seller, order, mall, on_phone)

    order.refresh_from_db()
    assert (order.channel.code, order.state) == ("igetmall", "shipped")
    with on_phone() as page:  # KITA reads the sale under I Get Mall
        sign_in_to_the_desk(page, mall, officer)
        assert_report_shows(page, mall, "아이겟몰", order)


def test_from_a_scan_at_a_market_stall_to_kitas_report(mall, igetmall, product, on_phone):
    label = printed_label(product)
    with on_phone() as page:
        page.goto(f"{mall}/d/{label.code}/")
        assert "纯淡 雪肌面膜" in page.inner_text("h1")
        buy_what_is_shown(page)
        order = until(lambda: Order.objects.filter(state="paid").first())
    assert order.channel.code == "lj-1"
    with on_phone() as page:
        sign_in_to_the_desk(page, mall, kita_officer())
        assert_report_shows(page, mall, "량장 전시", order)


def send_as(seller, order, mall, on_phone):
    with on_phone() as page:
        sign_in_to_the_desk(page, mall, seller)
        parcel = order.consignments.get()
        page.goto(mall + reverse("admin:orders_consignment_change", args=[parcel.pk]))
        page.select_option("#id_carrier", "sf")
        page.fill("#id_tracking_number", "SF1234567890")
        page.click("form.editor button")
        until(lambda: order.consignments.filter(state="shipped").exists())


def assert_report_shows(page, mall, name, order):
    """The channel's row holds this order's net, and its link leads to the order itself."""
    page.goto(mall + reverse("admin:orders_sales") + "?by=channel")
    row = page.locator("table.rows tbody tr", has_text=name)
    net = order.goods_fen + order.freight_fen
    assert f"¥{net // 100:,}.{net % 100:02d}" in row.inner_text()
    row.locator("a").first.click()
    page.wait_for_url("**/admin/orders/order/**")
    assert order.number in page.inner_text("#result_list")


def printed_label(product):
    names = {"name_ko": "량장 전시", "name_zh_hans": "两江展位"}
    place = {"place_ko": "충칭 량장신구", "place_zh_hans": "重庆两江新区"}
    shelf = {"code": "lj-1", "products": [product.pk], **names}
    market = open_market(code="lj", displays=[shelf], **names, **place)
    (label,) = number_labels(market.displays.get().products.all())
    return label
