"""Lies about files of requests and replies of docs/partners/shanghai.md: one for each check of the kit."""

import csv
import io

from tests.partners.liar import Reply
from tests.partners.shanghai_lies import anew, answering, changing, refusal, sealed, to
from tests.partners.shanghai_mall_lies import names_reversed, of_cells, of_files

FILES = r"requests-\d{6}"


def of_requests():
    folder = to("/drop/requests/?")
    return {
        "8: 申请目录按编号列出文件，至多 50 个，并有终点": names_reversed(folder),
        "8: 申请目录不列出 since 之前的文件，只列出 after 之后的": changing(
            lambda said: folder(said) and not said.path.startswith("/drop/requests/?since=0&"),
            lambda call: anew(call, "/drop/requests/?since=0&after="),
        ),
        "8: 没有的申请文件返回 NOT_FOUND": answering(
            lambda said: "requests-999999999999" in said.path,
            lambda call, reply: refusal(400, "INVALID_PARAMETER"),
        ),
        "8: 申请文件为带 BOM 的 UTF-8 CSV，列名齐全": of_files(
            lambda raw: raw.removeprefix(b"\xef\xbb\xbf"), FILES
        ),
        "8: 申请的每格都合规则": of_cells("数量", lambda text: f"0{text}" if text else text, name=FILES),
        "8: 一件申请各行的申请信息相同": of_cells("原因", lambda text: f"{text}！", every=2, name=FILES),
        "8: 取消为一行且不带规格，退货每个规格一行": _told(
            lambda row: [row | {"规格编号": "SP1"}] if row["类型"] == "取消" else [row]
        ),
        "8: 申请所属的订单已在订单文件中": _told(
            lambda row: [row, row | {"申请号": f"{row['申请号']}s", "订单号": "PJO0", "状态": "已撤回"}]
        ),
        "8: 一件申请每次变化，更新时间都更晚": _told(
            lambda row: [row | ({"更新时间": row["申请时间"]} if row["状态"] in ("待答复", "已撤回") else {})]
        ),
        "9: 申请文件中表格软件会执行的单元格前有撇号": of_cells("原因", lambda text: f"={text}", name=FILES),
        "10: 一张订单同时只有一件未答复的申请": _told(
            lambda row: (
                [row, row | {"申请号": f"{row['申请号']}t"}]
                if (row["类型"], row["状态"]) == ("取消", "待答复")
                else [row]
            )
        ),
        **_lies_of_replies(),
        # the last, so that it hears of files that were changed
        "8: 申请文件旁有摘要，与文件一致": answering(
            lambda said: "/requests-" in said.path and said.path.endswith(".sha256"),
            lambda call, reply: sealed(call, b"0" * 64 + reply.body[64:], reply),
        ),
    }


def _lies_of_replies():
    def replied(*texts):
        return lambda said: (
            said.path.startswith("/drop/results/reply-") and all(text.encode() in said.raw for text in texts)
        )

    def standing(state):
        def change(_call, reply):
            is_so = b"REQUEST_STATE" in reply.body and state.encode() in reply.body
            return refusal(409, "REQUEST_STATE", state="open") if is_so else reply

        return answering(replied(), change)

    return {
        "9: 订单没有的申请返回 UNKNOWN_ORDER，不退款": answering(
            replied("KIT-nothing"),
            lambda call, reply: sealed(call, b'{"code": "OK", "rows": 1}', Reply(200, b"")),
        ),
        "9: 无效的答复返回 BAD_FILE，申请不变": answering(
            replied("perhaps"), lambda call, reply: refusal(400, "BAD_FILE", line=2, column="text")
        ),
        "10: 拒绝退货可重复，改答则返回 REQUEST_STATE": standing("rejected"),
        "10: 已撤回的申请返回 REQUEST_STATE": standing("withdrawn"),
        "10: 同意取消不动款项，带申请号的退款使其完结": answering(
            lambda said: said.path.startswith("/drop/results/refund-") and b"-C," in said.raw,
            lambda call, reply: refusal(409, "REFUND_CONFLICT"),
        ),
    }


def _told(change):
    """Other rows of the files: those that `change` makes of each, by the Chinese names of the columns."""

    def changed(raw):
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, rows.fieldnames)
        writer.writeheader()
        writer.writerows(one for row in rows for one in change(row))
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        return mark + text.getvalue().encode()

    return of_files(changed, FILES)
