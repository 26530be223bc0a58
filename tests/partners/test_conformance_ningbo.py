"""The kit at Yonggou of Ningbo: green where the contract is kept, each check red by its own lie alone."""

import pytest

from tests.partners.liar import between, kit, require_only_the_key_is_told, told_in, turns, unlike
from tests.partners.mall import SHOP, Sandbox
from tests.partners.ningbo import SECRET, goods, put, receipt, stamp, tell
from tests.partners.ningbo_lies import lies

PLACES = "3: 待处理报文至多 20 件，满则返回 2001 与等待秒数"
LIES = lies("NB")


@pytest.fixture
def earlier(yonggou):
    """A receipt of goods of which a piece was sold two days ago."""
    number = put(yonggou, goods())
    assert receipt(yonggou, number)[0] == "done"
    sold = yonggou.operate("/operator/orders/", out_id="P1", sku="SP1", quantity=1)["order_id"]
    confirm(yonggou, sold)
    yonggou.operate("/operator/statements/back/", days=2)
    return number


def ask(url, *options, secret=SECRET):
    return kit("ningbo", url, "--shop-url", SHOP, *options, secret=secret)


def given(yonggou, earlier):
    """What a mall's engineers prepare: four orders, an old receipt and day, as options of the command."""
    order, refuse, cancel, returned = (
        yonggou.operate("/operator/orders/", out_id="P1", sku="SP1", quantity=2)["order_id"] for _ in range(4)
    )
    for number in (cancel, returned):
        confirm(yonggou, number)
    lines = "<Lines><Line><SkuNo>SP1</SkuNo><Quantity>2</Quantity></Line></Lines>"
    parcel = f"<ParcelNo>1</ParcelNo><Carrier>SF</Carrier><TrackingNo>SF1</TrackingNo><ShipTime>{stamp()}</ShipTime>{lines}"
    said(yonggou, "ORDER_SHIP", f"<OrderNo>{returned}</OrderNo><Parcel>{parcel}</Parcel>")
    yonggou.operate("/orders/ask-cancel/", order_id=cancel)
    first = yonggou.operate("/orders/ask-return/", order_id=returned, sku="SP1")
    yonggou.operate("/orders/withdraw/", order_id=returned, request_no=first["request_no"])
    yonggou.operate("/orders/ask-return/", order_id=returned, sku="SP1")
    named = {"order": order, "refuse": refuse, "cancel": cancel, "return": returned, "receipt": earlier}
    named["day"] = stamp(-2 * 24 * 60)[:8]
    return [word for name, text in named.items() for word in (f"--{name}", text)]


def confirm(yonggou, number):
    said(yonggou, "ORDER_CONFIRM", f"<OrderNo>{number}</OrderNo><SupplierOrderNo>K1</SupplierOrderNo>")


def said(yonggou, kind, body):
    assert tell(yonggou, kind, body)[0] == "0000"


def test_the_stand_in_keeps_its_contract(yonggou, earlier, tmp_path):
    page = tmp_path / "report.html"
    code, found = ask(yonggou.url, *given(yonggou, earlier), "--page", page)
    assert (code, {says: sign for says, sign in found.items() if sign != "✓"}) == (0, {PLACES: "–"})
    assert found.keys() == LIES.keys(), "each check has its lie"
    assert "符合接口约定" in page.read_text()
    assert "KIT-" not in yonggou.fetch("/hanguo/"), "what was put up is taken off"


@pytest.mark.parametrize("turn", turns(LIES))
def test_each_check_is_red_by_its_own_lie_and_by_no_other(yonggou, earlier, turn):
    told = told_in(lies(earlier), turn)
    with between(yonggou.url, told.values()) as liar:
        code, found = ask(liar, *given(yonggou, earlier))
    assert (code, unlike(found, told)) == (1, set())


def test_a_mall_that_takes_its_time_runs_out_of_places(tmp_path):
    slow = Sandbox(tmp_path, mall="ningbo", work_delay=1.5).start()
    try:
        code, found = ask(slow.url, "--section", "3")
    finally:
        slow.stop()
    assert (code, found[PLACES]) == (0, "✓")


def test_what_was_not_prepared_is_not_asked(yonggou, earlier):
    code, found = ask(yonggou.url, "--section", "5", "--section", "8")
    assert code == 0
    assert sorted(says for says, sign in found.items() if sign == "–") == [
        "5: 回执保存 7 天",
        "8: 一张订单同时只有一件未答复的申请",
        "8: 一张订单的申请从旧到新",
        "8: 发货后状态为 30，同一包裹可重报",
        "8: 同一退款单号只退一次",
        "8: 同号不同金额或超额的退款返回 3003",
        "8: 同意取消不动款项，带申请号的退款使其完结",
        "8: 已撤回的申请返回 3004",
        "8: 已确认的订单不能再拒单",
        "8: 拒单可重复，之后不能确认",
        "8: 拒绝退货可重复，改答则返回 3004",
        "8: 无效的答复返回 1001，申请不变",
        "8: 未确认的订单不能发货",
        "8: 确认可重复，换单号则被拒绝",
        "8: 订单没有的申请返回 3001，不退款",
        "8: 顾客的申请随订单列出，元素齐全",
    ]


def test_a_wrong_secret_is_told_as_that_and_stays_secret(yonggou, tmp_path):
    page = tmp_path / "report.html"
    text = require_only_the_key_is_told(ask(yonggou.url, "--page", page, secret="not-the-malls"), page)
    assert "not-the-malls" not in text
