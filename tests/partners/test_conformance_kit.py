"""The kit that a partner's engineers run, at I Get Mall: green where a contract is kept, red where a server lies."""

import ast
import datetime
import re

import pytest

from tests.factories.partners import partner_mall
from tests.partners.igetmall_goods_lies import of_goods, of_notices
from tests.partners.igetmall_lies import Prepared, lies, prepare
from tests.partners.liar import (
    OVER_THE_RATE,
    between,
    in_all_turns,
    is_chinese,
    kit,
    require_only_the_key_is_told,
    told_in,
    unlike,
    without_retry_after,
)
from tests.partners.mall import ROOT, SECRET, SHOP, Sandbox, free_port

ORDERS = ("--section", "7", "--section", "9")
LIES = of_goods() | lies(Prepared())


def ask(url, *options, secret=SECRET):
    return kit("igetmall", url, "--shop-url", SHOP, *options, secret=secret)


def ask_a_mall(folder, turn):
    """(exit code, what was found, lies told, page, what the mall shows) at a stand-in of its own.

    Without a turn no lies are told.
    """
    mall, page = Sandbox(folder).start(), folder / "report.html"
    try:
        known = prepare(mall)
        told = told_in(of_goods() | lies(known), turn)
        with between(mall.url, told.values()) as liar:
            code, found = ask(liar, *known.options(), "--page", page)
        return code, found, set(told), page.read_text(), mall.fetch("/korea/")
    finally:
        mall.stop()


def test_the_stand_in_keeps_its_contract_and_each_check_is_red_by_its_own_lie_and_by_no_other(tmp_path):
    """In one test: the turns go side by side."""
    asked = in_all_turns(LIES, lambda turn: ask_a_mall(tmp_path / str(turn), turn))
    code, found, _told, page, shown = asked.pop(None)
    assert (code, {found[says] for says in LIES}) == (0, {"✓"}), found
    assert found.keys() == {*LIES, OVER_THE_RATE}, "each check has its lie"
    assert "符合接口约定" in page
    assert SECRET not in page
    assert "KIT-" not in shown, "what was put up is taken off"
    for turn, (code, found, told, _page, _shown) in asked.items():
        assert (code, unlike(found, told)) == (1, set()), turn


@pytest.mark.parametrize(("lies", "sign"), [((), "✓"), ((without_retry_after,), "✗")])
def test_a_mall_must_say_how_long_to_wait_above_its_rate(sandbox, lies, sign):
    with between(sandbox.url, lies) as url:
        assert ask(url, "--section", "3")[1][OVER_THE_RATE] == sign


def test_what_was_not_prepared_is_not_asked_and_not_vouched_for(sandbox, tmp_path):
    page = tmp_path / "report.html"
    code, found = ask(sandbox.url, *ORDERS, "--page", page)
    assert code == 0
    left, text = list(found.values()).count("–"), page.read_text()
    assert f"<h1>已检查的部分符合接口约定，{left} 项未检查</h1>" in text
    assert "需要为此准备的订单：--order 订单号" in text
    assert {says for says, sign in found.items() if sign == "✓"} == {
        "4: 联调商品全部下架",
        "7: 没有时区的 since 返回 INVALID_PARAMETER",
        "7: 订单按更新时间从旧到新",
        "7: 实付等于各行价税之和加运费",
        "7: 未知订单返回 UNKNOWN_ORDER",
        "9: 当天的对账单尚未生成",
        "9: 日期格式不符返回 INVALID_PARAMETER",
    }


def test_the_page_says_in_chinese_what_was_expected_and_tells_the_time_of_beijing(sandbox, tmp_path):
    page = tmp_path / "report.html"
    told = told_in(of_goods(), 0)
    with between(sandbox.url, told.values()) as url:
        ask(url, "--section", "2", "--page", page)
    text = page.read_text()
    assert "返回码：应为 &#x27;OK&#x27;，实为 &#x27;INVALID_SIGNATURE&#x27;" in text
    assert "爱购商城接口约定 · 商城一侧" in text
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    (shown,) = re.findall("(....-..-.. ..:..:..)（北京时间）", text)
    assert abs(datetime.datetime.fromisoformat(f"{shown}+08:00") - now) < datetime.timedelta(minutes=5)
    assert not re.search("expected|found|needs ", text)


def test_no_reason_that_the_kit_has_is_in_english():
    """Also those that no lie calls forth: what a check raises, and of what it says what was expected."""
    said = [
        (f"{file.relative_to(ROOT)}:{call.lineno}", call.func.id, literal(call.args[0]))
        for file in sorted((ROOT / "partners/conformance").rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Differs", "NotAsked", "expect")
    ]
    said = [(place, f"{text}：应为" if call == "expect" else text) for place, call, text in said if text]
    assert len(said) > 200
    assert [(place, text) for place, text in said if not is_chinese(text)] == []


def literal(node):
    """What a text says whatever is put into it; nothing of one that was made elsewhere."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) else ""


def test_a_wrong_secret_is_the_one_thing_that_is_told_and_no_fault_of_the_malls(sandbox, tmp_path):
    page = tmp_path / "report.html"
    text = require_only_the_key_is_told(ask(sandbox.url, "--page", page, secret="wrong"), page)
    assert "INVALID_SIGNATURE" in text


def test_a_server_that_is_not_there_or_speaks_otherwise_is_no_breach_of_a_contract(sandbox, tmp_path):
    page = tmp_path / "report.html"
    code, found = ask(f"http://127.0.0.1:{free_port()}", "--page", page)
    assert (code, found) == (1, {"无法连接服务器": "✗"})
    assert "<h1>无法连接服务器</h1>" in page.read_text()
    code, found = ask(f"{sandbox.url}/elsewhere")
    assert (code, found) == (1, {"服务器的应答不是约定的格式，请核对 --base-url": "✗"})


def test_a_server_that_falls_silent_on_the_way_ends_the_run(sandbox, tmp_path):
    page, asked = tmp_path / "report.html", []

    def silent(call, ask):
        asked.append(call)
        return ask(call) if len(asked) < 5 else 1 / 0

    with between(sandbox.url, [silent]) as url:
        code, found = ask(url, "--section", "2", "--page", page)
    assert (code, found) == (
        1,
        {
            "2: 签名正确的请求被受理": "✓",
            "2: 签名错误的请求被拒绝": "✓",
            "2: 正文被改动的请求被拒绝": "✓",
            "2: 参数含中文时按解码后的 UTF-8 签名": "✓",
            "无法连接服务器": "✗",
        },
    )
    assert "<b>4</b>一致" in page.read_text()


@pytest.mark.parametrize("contract", ["igetmall", "ningbo"])
def test_links_that_a_mall_must_refuse_are_not_sent_for_want_of_the_registered_address(contract):
    with pytest.raises(AssertionError, match="arguments are required: --shop-url"):
        kit(contract, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("contract", "option", "said"),
    [
        ("igetmall", ("--page", "/no/such/folder/report.html"), "没有这个文件夹"),
        ("igetmall", ("--day", "20261124"), "日期写作 2026-11-24"),
        ("ningbo", ("--day", "2026-11-24"), "日期写作 20261124"),
        ("ningbo", ("--shop-url", "shop.example"), "https://"),
        ("shanghai", ("--feed", "eighty"), "端口号为 1 至 65535"),
    ],
)
def test_a_slip_on_the_command_line_is_told_before_anything_is_asked(contract, option, said):
    with pytest.raises(AssertionError, match=said):
        kit(
            contract,
            "http://127.0.0.1:9",
            *(("--shop-url", SHOP) if "--shop-url" not in option else ()),
            *option,
        )


def test_a_port_of_the_played_feed_that_is_taken_is_told_as_that(sandbox):
    with pytest.raises(AssertionError, match="已被占用"):
        kit("shanghai", "http://127.0.0.1:9", "--feed", sandbox.port)


def test_a_refusal_is_told_with_the_malls_reason(sandbox, tmp_path):
    page = tmp_path / "report.html"
    kit(
        "igetmall",
        sandbox.url,
        "--shop-url",
        "http://elsewhere.example",
        "--section",
        "4",
        "--page",
        page,
        secret=SECRET,
    )
    assert "实为 &#x27;refused BAD_LINK link 链接须指向供应商登记的网址&#x27;" in page.read_text()


def test_an_order_that_the_mall_does_not_list_may_be_a_slip_as_well(sandbox, tmp_path):
    page = tmp_path / "report.html"
    code, found = ask(sandbox.url, "--section", "7", "--refuse", "IGO-1", "--page", page)
    assert (code, found["7: 拒单可重复，之后不能确认"]) == (1, "✗")
    assert "igm.orders.list 中没有 IGO-1，请核对 --refuse" in page.read_text()


@pytest.mark.django_db(transaction=True)
def test_our_own_address_for_notices_keeps_the_contract_and_each_check_is_red_by_its_own_lie(live_mall):
    partner_mall()

    def ask(turn):
        told = told_in(of_notices(), turn)
        with between(live_mall, told.values()) as liar:
            code, found = kit("igetmall-notices", liar, secret=SECRET)
        return code, unlike(found, told), set(found)

    for turn, answer in in_all_turns(of_notices(), ask).items():
        assert answer == (turn is not None, set(), of_notices().keys()), turn
