"""What the mall of docs/partners/shanghai.md could do otherwise: a lie for each check of its side."""

import csv
import io
import re
from decimal import Decimal

from tests.partners.feed_reader import sha
from tests.partners.liar import Reply
from tests.partners.shanghai_lies import (
    anew,
    answering,
    changing,
    of_transport,
    refusal,
    saying,
    sealed,
    summed,
    to,
)

ORDER_FILES = r"orders-\d{6}"


def of_mall(mall):
    """Those of the mall's side. `mall`: the stand-in, for what it can do wrong itself."""
    summary, folder = to("/export/summary"), to("/drop/orders/?")
    return {
        **_lies_of_reading(mall),
        "6: 页中商品与汇总的摘要一致": saying(
            summary,
            lambda whole: summed(whole | {"pages": [page | {"digest": "0" * 64} for page in whole["pages"]]}),
        ),
        "6: 汇总的件数逐级相符，并带有序号": saying(
            summary, lambda whole: whole | {"items": whole["items"] + 1}
        ),
        "6: 汇总的摘要逐级相符": saying(summary, lambda whole: whole | {"digest": "0" * 64}),
        "6: 商品字段齐全，被拒的说明原因": saying(to("/export/pages/"), _reasonless),
        "6: 按编号查询与页中一致，没有的不列出": saying(
            lambda said: b'"KIT-none"' in said.raw,
            lambda found: found | {"items": [item | {"version": 0} for item in found["items"]]},
        ),
        "6: 一次至多 500 个编号，超出返回 TOO_LARGE": changing(
            lambda said: b'"KIT-500"' in said.raw,
            lambda call: anew(call, raw=call.raw.replace(b', "KIT-500"', b"")),
        ),
        "6: 格式不符的正文返回 INVALID_PARAMETER": changing(
            lambda said: said.raw == b'{"out_ids": []}',
            lambda call: anew(call, raw=b'{"out_ids": ["KIT-none"]}'),
        ),
        "2: 正文被改动的请求被拒绝": changing(lambda said: b"KIT-b" in said.raw),
        "1: 超过 1 MiB 的正文返回 TOO_LARGE": changing(
            lambda said: len(said.raw) > 1 << 20, lambda call: anew(call, raw=b'{"out_ids": ["KIT-none"]}')
        ),
        "7: 类目有编码、名称、上级与是否末级": saying(
            to("/export/categories"),
            lambda found: {
                "categories": [
                    row | ({"parent": "gone"} if row["leaf"] else {}) for row in found["categories"]
                ]
            },
        ),
        "8: 目录按编号列出文件，至多 50 个，并有终点": names_reversed(folder),
        "8: since 之前的文件不列出，after 之后的才列出": changing(
            lambda said: folder(said) and not said.path.startswith("/drop/orders/?since=0&"),
            lambda call: anew(call, "/drop/orders/?since=0&after="),
        ),
        "8: 没有的文件返回 NOT_FOUND": answering(
            lambda said: "orders-999999999999" in said.path,
            lambda call, reply: refusal(400, "INVALID_PARAMETER"),
        ),
        "8: 文件为带 BOM 的 UTF-8 CSV，列名齐全且为同一种语言": of_files(
            lambda raw: raw.removeprefix(b"\xef\xbb\xbf")
        ),
        "8: 每格都合规则": of_cells("数量", lambda text: f"0{text}"),
        "8: 身份证号校验位正确（GB 11643）": of_cells(
            "身份证号", lambda text: text[:17] + ("1" if text[17] != "1" else "2")
        ),
        "8: 一张订单各行的订单信息相同": of_cells("收货人", lambda text: f"{text}甲", every=2),
        "8: 实付等于各行价税之和加运费": of_cells("运费", lambda text: "1.00"),
        "9: 表格软件会执行的单元格前有撇号": of_cells("详细地址", lambda text: f"={text}"),
        "8: 旁有摘要，与文件一致": answering(
            lambda said: re.search(r"orders-.*sha256", said.path),
            lambda call, reply: sealed(call, b"0" * 64 + reply.body[64:], reply),
        ),
        **_lies_of_results(),
        **_lies_of_statements(),
        **of_transport("/export/categories", "/export/nothing"),
    }


def _lies_of_statements():
    def of(column, change, rows=slice(None)):
        def changed(raw):
            head, *body = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
            for row in body[rows]:
                row[column] = change(row[column])
            text = io.StringIO(newline="")
            csv.writer(text).writerows([head, *body])
            return text.getvalue().encode("utf-8-sig")

        return of_files(changed, "statement-.*")

    return {
        "8: 当天的对账单尚无文件（NOT_FOUND）": answering(
            lambda said: "statement-" in said.path,
            lambda call, reply: refusal(400, "INVALID_PARAMETER") if reply.status == 404 else reply,
        ),
        "8: 对账单每行净额等于实付减退款减佣金": of(6, lambda text: f"{Decimal(text) + 1:.2f}"),
        "8: 对账单末行为各行之和，每张订单一行": of(1, lambda text: "9", slice(-1, None)),
        "8: 对账单的订单状态为已接单、已发货或已退款": of(2, lambda text: "paid", slice(0, -1)),
        "8: 对账单旁有摘要，与文件一致": answering(
            lambda said: re.search("statement-.*sha256", said.path),
            lambda call, reply: sealed(call, b"0" * 64 + reply.body[64:], reply),
        ),
    }


def _lies_of_reading(mall):
    def of(name, when, **told):
        def change(found):
            items = [
                item | told if item["out_id"].endswith(name) and item.items() >= when.items() else item
                for item in found["items"]
            ]
            return found | {"items": items}

        return saying(lambda said: said.path == "/export/items" and b'"KIT-none"' not in said.raw, change)

    return {
        "4: 读取的商品上架，摘要一致": of("-shown", {"version": 1}, content_digest="0" * 64),
        "4: 旧版本晚到不覆盖新版本": of("-late", {"version": 3}, version=2),
        "4: 墓碑使商品下架，更高版本使其重新上架": of("-gone", {"version": 2}, state="shown"),
        "4: 违反规则的部分被拒绝，按字段与代码说明": of("-rule-2", {"version": 1}, refusals=[]),
        "4: 只拒绝有误的部分，另一部分照常更新": of("-apart", {"version": 2}, offer_digest=""),
        "2: 摘要或签名不符的应答不予采用": of("-false", {"version": 1}, version=2),
        "4: 落后太多时取全量，清单外的商品下架": of(
            "-left", {"state": "withdrawn", "version": 1}, state="shown"
        ),
        "2: 商城的请求签名正确，时间准确，nonce 不重复": _once(lambda: mall.fault("clock")),
        "4: 联调商品全部下架": of("-shown", {"version": 1000}, state="shown"),
    }


def _lies_of_results():
    def dropped(kind, *texts):
        return lambda said: (
            said.path.startswith(f"/drop/results/{kind}-")
            and all(text.encode() in said.raw for text in texts)
        )

    good = lambda call, reply: sealed(call, b'{"code": "OK", "rows": 1}', Reply(200, b""))  # noqa: E731
    return {
        "9: 格式不符的文件返回 BAD_FILE，指出行列": answering(
            dropped("answer", "perhaps"),
            lambda call, reply: refusal(400, "BAD_FILE", line=2, column="number"),
        ),
        "9: 不认识的文件名前缀被拒绝": answering(dropped("gossip"), good),
        "9: 未知订单返回 UNKNOWN_ORDER": answering(dropped("refund", "KIT-none"), good),
        "9: 同名同文件重复为 OK，不同内容返回 NAME_TAKEN": answering(dropped("faults", "另一内容"), good),
        "9: 应答带有收下的行数": saying(
            dropped("faults"), lambda found: found | {"rows": min(found["rows"], 2)}
        ),
        "10: 未确认的订单不能发货": _state_told_once(dropped("parcel", "KIT0000"), "confirmed"),
        "9: 文件整份收下或整份不收": changing(
            dropped("answer", "PJO", "KIT-none"),
            lambda call: anew(call, raw=b"\r\n".join(call.raw.split(b"\r\n")[:2]) + b"\r\n"),
        ),
        "10: 确认可重复，换单号返回 ORDER_STATE": answering(dropped("answer", "KIT-2"), good),
        "10: 同一退款单号只退一次": _given_back_twice(dropped("refund", "KIT-R1")),
        "10: 同号不同金额或超额的退款返回 REFUND_CONFLICT": answering(dropped("refund", "KIT-R3"), good),
        "9: 合计不等于各行之和返回 BAD_FILE": answering(
            dropped("refund", "KIT-R4"), lambda call, reply: refusal(409, "REFUND_CONFLICT")
        ),
        "10: 发货可重报同一包裹": answering(
            dropped("parcel", "KIT0002"), lambda call, reply: refusal(409, "ORDER_STATE", state="shipped")
        ),
        "10: 拒单可重复，之后不能确认": answering(
            dropped("answer", "refused", "第二次"),
            lambda call, reply: refusal(409, "ORDER_STATE", state="refused"),
        ),
    }


def of_files(change, name=ORDER_FILES):
    """A lie about what is in files of orders, with the digests beside them right."""

    def lie(call, ask):
        if not re.search(rf"/{name}\.csv", call.path):
            return ask(call)
        path = call.path.removesuffix(".sha256")
        reply = ask(anew(call, path))
        if reply.status != 200:
            return reply
        raw = change(reply.body)
        body = f"{sha(raw)}  {path.rpartition('/')[2]}\n".encode() if call.path != path else raw
        return sealed(call, body, Reply(200, b""))

    return lie


def of_cells(column, change, every=1, name=ORDER_FILES):
    """A lie in each cell of a column (its Chinese name), or in every second."""

    def changed(raw):
        head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        place = head.index(column)
        for row in rows[every - 1 :: every]:
            row[place] = change(row[place])
        text = io.StringIO(newline="")
        csv.writer(text).writerows([head, *rows])
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        return mark + text.getvalue().encode()

    return of_files(changed, name)


def _reasonless(found):
    items = [
        item | {"refusals": [one | {"message": ""} for one in item["refusals"]]} for item in found["items"]
    ]
    return found | {"items": items}


def names_reversed(when):
    def change(call, reply):
        names = reply.body.decode().splitlines()
        return (
            sealed(call, "".join(f"{name}\n" for name in [names[-1], *names[:-1]]).encode(), reply)
            if names
            else reply
        )

    return answering(lambda said: when(said) and said.path.endswith("since=0&after="), change)


def _state_told_once(when, state):
    met = []

    def change(_call, reply):
        met.append(reply)
        known = b"ORDER_STATE" in reply.body and len(met) == 1
        return refusal(409, "ORDER_STATE", state=state) if known else reply

    return answering(lambda said: when(said) and b"KIT-none" not in said.raw, change)


def _given_back_twice(when):
    met = []

    def change(call):
        met.append(call)
        return anew(call, raw=call.raw.replace(b"KIT-R1", b"KIT-RX")) if len(met) == 2 else call

    return changing(when, change)


def _once(do):
    """A lie that is none of ours: before the first call the mall is made to do something wrong itself."""
    done = []

    def lie(call, ask):
        if not done:
            done.append(do())
        return ask(call)

    return lie
