"""What Yonggou could do otherwise than docs/partners/ningbo.md says: a lie for each check of the kit."""

import re
import secrets

from tests.partners.liar import Reply
from tests.partners.mall import SHOP
from tests.partners.ningbo import message, signature, stamp
from tests.partners.ningbo_order_lies import lies_of_orders, lies_of_requests, lies_of_statements
from tests.partners.ningbo_twists import Message, answering, changing, coded, is_, with_, without


def _with_a_gap(call, ask):
    """Behind the last page of all goods comes an empty one, and another behind that."""
    said, reply = Message(call), ask(call)
    after = said.of("After")
    if said.kind != "GOODS_LIST" or "<CategoryCode>" in said.text or after == "~~":
        return reply
    following = b"<Next>~~</Next>" if after == "~" else b"<Next>~</Next>"
    return Reply(reply.status, re.sub(b"<Next></Next>|<Next ?/>", following, reply.body), reply.headers)


def lies(receipt):
    """{what the kit says: the lie that breaks it}, fresh for a run. `receipt`: of an earlier run."""
    query, put, receipts = is_("GOODS_QUERY"), is_("GOODS_PUT"), is_("RECEIPT_GET")
    return {
        "1: 时间偏差 9 分钟可受理，11 分钟被拒绝（前后相同）": changing(
            lambda said: query(said) and not stamp(-10) < said.at < stamp(10) and said.at.isdigit(),
            lambda said: said.with_(MessageTime=stamp()),
        ),
        "1: 元素间的空白与不认识的元素被忽略": coded(is_("GOODS_QUERY", "<Colour>"), "1001"),
        "1: 不是规范 XML 的报文返回 1001": changing(
            lambda said: said.raw == b"<Message/>",
            lambda said: said.with_text(message("CATEGORY_LIST", "").decode()),
        ),
        "1: 不是 UTF-8 或声明为其他编码的报文返回 1001": changing(
            lambda said: '"GBK"' in said.text,
            lambda said: said.with_text(said.raw.decode("gbk").replace('"GBK"', '"UTF-8"')),
        ),
        "1: 带 DOCTYPE 的报文不读即拒（1001）": changing(
            lambda said: "<!DOCTYPE" in said.text,
            lambda said: said.with_text(re.sub("<!DOCTYPE.*]>", "", said.text).replace("&kit;", "KIT-none")),
        ),
        "1: 缺少报文头元素或格式不符返回 1001": changing(
            lambda said: said.id == "short", lambda said: said.with_(MessageId="long-enough")
        ),
        "1: 超过 1 MiB 的报文返回 1006": changing(
            lambda said: len(said.raw) > 1 << 20, lambda said: said.with_text(said.text.replace("  ", ""))
        ),
        "2: 签名正确的报文被受理": coded(is_("GOODS_QUERY", "韩国馆"), "1003"),
        "2: 签名错误的报文返回 1003": changing(
            lambda said: said.sign == signature(said.raw, "not-the-secret"),
            lambda said: said.with_text(said.text),
        ),
        "2: 缺少签名的报文返回 1003": changing(
            lambda said: not said.sign, lambda said: said.with_text(said.text)
        ),
        "2: 签名按原始字节计算，多一个换行即不符": changing(
            lambda said: said.raw.endswith(b"\n"), lambda said: said.with_text(said.text.strip())
        ),
        "2: 未知供应商返回 1002": changing(
            lambda said: said.supplier == "nobody-00000", lambda said: said.with_(Supplier="kmall24")
        ),
        "2: 先验签名，再读 XML，再看时间、版本与类型": changing(
            lambda said: said.raw == b"not XML" and not said.is_signed, lambda said: said.with_text(said.text)
        ),
        "3: 应答带回报文类型与编号": answering(
            lambda said: query(said) and len(said.id) == 16, lambda reply: with_(reply, "MessageId", "")
        ),
        "3: 未知类型或版本返回 1005": changing(
            is_("GOODS_QUERY", "<Version>1.0"), lambda said: said.with_(Version="2.0")
        ),
        "3: 条数超限返回 1006": changing(
            lambda said: len(said.all_of("ReceiptNo")) > 20,
            lambda said: said.with_text(said.text.replace("<ReceiptNo>KIT</ReceiptNo>", "", 1)),
        ),
        "3: 查询报文可原样重发": _once(query, "1001"),
        "3: 待处理报文至多 20 件，满则返回 2001 与等待秒数": _ever_waiting(),
        "5: 生效的商品带有商城编号": answering(
            receipts, lambda reply: without(reply, "<GoodsId>.*?</GoodsId>")
        ),
        "4: 合规商品经回执生效并上架": _first_is_refused(),
        "4: 有误的商品也先收下，错在回执里说明": coded(
            lambda said: put(said) and len(said.all_of("GoodsNo")) == 1 and "<Origin>CHN" in said.text, "4106"
        ),
        "4: 相同 MessageId 只处理一次，回执号不变": changing(
            lambda said: put(said) and said.is_signed,
            lambda said: said.with_(MessageId=secrets.token_hex(16)),
        ),
        "4: 同一版本另发一次答 repeated": answering(
            receipts, lambda reply: with_(reply, "Result", "applied", "repeated")
        ),
        "4: 旧版本晚到答 stale，不覆盖新版本": changing(
            is_("GOODS_PUT", "旧版"),
            lambda said: said.with_text(said.text.replace("<Version>2</", "<Version>9</")),
        ),
        "4: 只更新报价时内容不变": changing(
            is_("OFFER_PUT", "99.00"), lambda said: said.with_(SalePrice="136.00", TaxedPrice="148.38")
        ),
        "4: 报价先到后，较旧的内容仍可补上": changing(
            is_("GOODS_PUT", "补上的名称"),
            lambda said: said.with_text(said.text.replace("<Version>2</", "<Version>1</")),
        ),
        "4: 商城没有的商品的报价被拒绝（4113）": answering(
            receipts, lambda reply: with_(reply, "Code", "4109", "4113")
        ),
        "4: 下架后不再展示，重新上架需更高版本": changing(
            is_("GOODS_PUT", "<Version>6</"),
            lambda said: said.with_text(said.text.replace("<Version>6<", "<Version>3<")),
        ),
        "4: 下架没有的商品也生效，此前的旧版本不再上架": _forgetting(),
        "4: 一个报文中有错时，其余商品照常生效": changing(
            lambda said: put(said) and len(said.all_of("GoodsNo")) == 3 and "CHN" in said.text,
            lambda said: said.with_(Origin="CHN"),
        ),
        "4: 违反规则的内容按字段与代码逐项拒绝": changing(
            is_("GOODS_PUT", "elsewhere"),
            lambda said: said.with_text(said.text.replace("https://elsewhere.example", SHOP)),
        ),
        "4: 违反规则的价格与库存被拒绝": changing(
            is_("GOODS_PUT", "<Stock>10000<"),
            lambda said: said.with_text(said.text.replace(">10000<", ">9999<")),
        ),
        "4: 货号与版本号不符规则被拒绝": changing(
            is_("GOODS_PUT", "KIT none"),
            lambda said: said.with_text(said.text.replace("KIT none", "KIT-spaced")),
        ),
        "5: 早取的回执为 waiting，不含商品": _waiting_at_first(receipt),
        "5: 回执在 300 秒内出具，逐件列出货号与版本": answering(
            receipts,
            lambda reply: with_(reply, "Version", "4", "3") if reply.body.count(b"<Item>") == 3 else reply,
        ),
        "5: 回执可反复读取，内容不变": _used_up(),
        "5: 一次可取多个回执": answering(
            lambda said: len(said.all_of("ReceiptNo")) == 3,
            lambda reply: without(reply, "<Receipt>.*?</Receipt>"),
        ),
        "5: 没有的回执为 unknown": answering(
            is_("RECEIPT_GET", "KIT-none"), lambda reply: with_(reply, "State", "waiting")
        ),
        "5: 回执保存 7 天": answering(
            is_("RECEIPT_GET", receipt), lambda reply: with_(reply, "State", "unknown")
        ),
        "6: 展示内容的摘要与所发一致": _digest_in_small_letters("尖括号"),
        "6: 版本为内容与报价中较高者": answering(query, lambda reply: with_(reply, "Version", "1", "4")),
        "6: 未展示的商品摘要为空": answering(query, lambda reply: with_(reply, "OfferDigest", "0" * 32, "")),
        "6: 商城没有的商品不在查询结果中": answering(
            lambda said: query(said) and len(said.all_of("GoodsNo")) == 2,
            lambda reply: Reply(
                200,
                reply.body.replace(b"<Body>", b"<Body><Goods><GoodsNo>KIT-none</GoodsNo></Goods>"),
                reply.headers,
            ),
        ),
        "6: 列表按货号翻页到底，且包含全部商品": answering(
            is_("GOODS_LIST"),
            lambda reply: Reply(
                200, re.sub(b"(<Goods>.*?</Goods>)", rb"\1\1", reply.body, count=1), reply.headers
            ),
        ),
        "6: 列表没有空的中间页": _with_a_gap,
        "7: 类目编码两位，末级四位，上级存在": answering(
            is_("CATEGORY_LIST"), lambda reply: with_(reply, "Parent", "99", "01")
        ),
        "6: 类目摘要与分页摘要和所列商品一致": answering(
            is_("DIGEST_LIST"), lambda reply: with_(reply, "Value", "0" * 32)
        ),
        **lies_of_orders(),
        **lies_of_requests(),
        **lies_of_statements(),
        "4: 联调商品全部下架": answering(
            receipts,
            lambda reply: Reply(
                200,
                reply.body.replace(
                    b"<Version>1000</Version><Result>applied", b"<Version>1000</Version><Result>refused"
                ),
                reply.headers,
            ),
        ),
    }


def _first_is_refused():
    numbers = []

    def lie(call, ask):
        reply, said = ask(call), Message(call)
        if said.kind == "GOODS_PUT" and len(said.all_of("GoodsNo")) == 1 and not numbers:
            numbers.extend(re.findall("<ReceiptNo>(.*?)<", reply.body.decode()))
        if said.kind == "RECEIPT_GET" and said.all_of("ReceiptNo") == numbers:
            return with_(reply, "Result", "refused")
        return reply

    return lie


def _once(when, code):
    met = set()

    def lie(call, ask):
        said = Message(call)
        is_met = call.raw in met
        met.add(call.raw)
        return with_(ask(call), "Code", code) if is_met and when(said) else ask(call)

    return lie


def _ever_waiting():
    numbers = []

    def lie(call, ask):
        reply, said = ask(call), Message(call)
        if said.kind == "GOODS_OFF" and "-place-" in said.text:
            numbers.extend(re.findall("<ReceiptNo>(.*?)<", reply.body.decode()))
        if said.kind == "RECEIPT_GET" and set(said.all_of("ReceiptNo")) & set(numbers):
            return with_(reply, "State", "waiting")
        return reply

    return lie


def _forgetting():
    put = set()

    def lie(call, ask):
        said = Message(call)
        if said.kind == "GOODS_PUT":
            put.update(said.all_of("GoodsNo"))
        if said.kind == "GOODS_OFF" and said.of("GoodsNo") not in put and "<Version>5<" in said.text:
            return ask(said.with_(GoodsNo="KIT-other"))
        return ask(call)

    return lie


def _waiting_at_first(receipt):
    met = {receipt}

    def lie(call, ask):
        reply, numbers = ask(call), Message(call).all_of("ReceiptNo")
        if len(numbers) == 1 and numbers[0] not in met:
            met.add(numbers[0])
            return with_(reply, "State", "waiting", "done")
        return reply

    return lie


def _used_up():
    times = {}

    def lie(call, ask):
        reply, numbers = ask(call), Message(call).all_of("ReceiptNo")
        if b"<State>done" in reply.body:
            for number in numbers:
                times[number] = times.get(number, 0) + 1
        return with_(reply, "State", "unknown") if any(times.get(one, 0) > 2 for one in numbers) else reply

    return lie


def _digest_in_small_letters(word):
    numbers = set()

    def lie(call, ask):
        reply, said = ask(call), Message(call)
        if said.kind == "GOODS_PUT" and word in said.text:
            numbers.update(said.all_of("GoodsNo"))
        if said.kind == "GOODS_QUERY" and set(said.all_of("GoodsNo")) & numbers:
            body = re.sub(
                rb"<ContentDigest>\w+", lambda found: found[0][:15] + found[0][15:].lower(), reply.body
            )
            return Reply(200, body, reply.headers)
        return reply

    return lie
