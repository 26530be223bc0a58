"""Section 4: what changed after a number, and that it agrees with the full feed."""

from partners.conformance.checks import Book, Differs, NotAsked, expect
from partners.conformance.shanghai.client import FEED
from partners.conformance.shanghai.full import not_sent_again

BOOK = Book()
promise = BOOK.promise
MOST_CHANGES = 500


@promise("4", "增量按序号排列，每件一次，至多 500 件", "변경분은 번호 순서로 하나씩, 500건까지다")
def in_order(feed):
    since = earliest(feed, feed.items()[0])
    some = feed.changes(since)
    numbers = [item["sequence"] for item in some["changes"]]
    expect("from", some["from"], since)
    expect("各变化的 sequence", numbers, sorted(set(numbers)))
    expect("不大于 since 的 sequence", [number for number in numbers if number <= since], [])
    expect("out_id 各一次", len({item["out_id"] for item in some["changes"]}), len(numbers))
    expect(f"至多 {MOST_CHANGES} 件", len(numbers) <= MOST_CHANGES, True)
    expect("to", some["to"], numbers[-1] if numbers else since)


@promise("4", "全量等于增量之和", "전체는 변경분을 모은 것과 같다")
def full_is_the_sum_of_changes(feed):
    """From as far back as they go, and from the middle: the same items in the same states."""
    sequence, items = feed.items()
    first = earliest(feed, sequence)
    for since in (first, (first + sequence) // 2):
        _to, changed = feed.since(since)
        states = {item["out_id"]: item for item in changed if item["sequence"] <= sequence}
        newer = {item["out_id"] for item in changed} - states.keys()
        wanted = {
            out_id: item for out_id, item in items.items() if item["sequence"] > since and out_id not in newer
        }
        found = {out_id: item for out_id, item in states.items() if not item.get("removed")}
        for out_id in wanted.keys() | found.keys():
            if found.get(out_id) != wanted.get(out_id):
                raise Differs(f"{out_id}：{since} 之后的增量与全量不一致")


@promise("4", "墓碑只有编号、版本与序号，且不在全量中", "묘비에는 번호와 버전만 있고 전체에는 없다")
def tombstones(feed):
    sequence, items = feed.items()
    _to, changed = feed.since(earliest(feed, sequence))
    gone = [item for item in changed if item.get("removed") is True]
    if not gone:
        raise NotAsked("近期没有下架的商品")
    for item in gone:
        if item.keys() != {"out_id", "version", "sequence", "removed"}:
            raise Differs(f"墓碑带有 {sorted(item)}")
        if item["sequence"] <= sequence and item["out_id"] in items:
            raise Differs(f"{item['out_id']} 已有墓碑，却在全量中")


@promise("4", "没有更新时增量为空，凭 ETag 返回 304", "새것이 없으면 비어 있고 ETag로 304를 준다")
def nothing_new(feed):
    to, _changed = feed.since(feed.items()[0])
    found = feed.changes(to)
    if found["changes"]:
        raise NotAsked("数据变化太快")
    expect("增量", found, {"from": to, "to": to, "more": False, "changes": []})
    not_sent_again(feed, f"{FEED}/changes?since={to}")


@promise("4", "序号超前返回 TOO_FAR_BEHIND", "앞선 번호는 TOO_FAR_BEHIND")
def ahead(feed):
    since = feed.manifest()["sequence"] + 1_000_000
    found = feed.code(f"{FEED}/changes?since={since}")
    expect(f"since={since} 的返回码", found, "TOO_FAR_BEHIND")


@promise("4", "格式不符的序号返回 INVALID_PARAMETER", "틀린 번호는 INVALID_PARAMETER")
def bad_numbers(feed):
    for query in ("?since=x", "?since=-1", "?since=", ""):
        found = feed.code(f"{FEED}/changes{query}")
        expect(f"{query!r} 的返回码", found, "INVALID_PARAMETER")


def earliest(feed, sequence: int) -> int:
    """The lowest number, roughly, since which changes are still kept one by one."""
    since = 0
    while since < sequence and feed.code(f"{FEED}/changes?since={since}") == "TOO_FAR_BEHIND":
        since = (since + sequence + 1) // 2
    return since
