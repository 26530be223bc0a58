"""Section 8: a folder of files that the mall drops, and what all of them promise."""

import csv
import io
import re
import time
from dataclasses import dataclass

from partners.conformance.checks import Differs, NotAsked, expect
from partners.conformance.shanghai.client import sha256

MOST_NAMES = 50
RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


@dataclass(frozen=True)
class Folder:
    """`columns`: English names to Chinese. `key`: the column of what several rows are of, which say alike what
    is not `of_a_row`. `rules`: what a cell looks like, where it is not empty."""

    kind: str
    columns: dict[str, str]
    key: str
    rules: dict[str, str]
    may_be_empty: frozenset[str]
    of_a_row: frozenset[str]

    @property
    def address(self) -> str:
        return f"/drop/{self.kind}/"

    def names(self, mall) -> list[str]:
        """All files. Raises `NotAsked` where there are none, `Differs` for what is no list of them."""
        names, some = [], self.page_of(mall)
        while new := [name for name in some if name not in names]:
            fitting = all(re.fullmatch(rf"{self.kind}-\d{{6,12}}\.csv", name) for name in some)
            if len(some) > MOST_NAMES or not fitting:
                raise Differs(f"不是至多 {MOST_NAMES} 个文件名的列表：{some[:3]}…")
            names += new
            some = self.page_of(mall, after=some[-1])
        if not names:
            raise NotAsked(f"商城还没有投递 {self.kind} 文件")
        return names

    def page_of(self, mall, since: int = 0, after: str = "") -> list[str]:
        return mall.read(f"{self.address}?since={since}&after={after}").decode().splitlines()

    def number_of(self, name: str) -> int:
        return int(name.removeprefix(f"{self.kind}-").removesuffix(".csv"))

    def rows(self, mall) -> list[tuple[str, int, dict[str, str]]]:
        """(file, line, cells by English name, without an apostrophe before what a spreadsheet would run)."""
        english = {chinese: name for name, chinese in self.columns.items()}
        found = []
        for name in sorted(self.names(mall), key=self.number_of):
            head, *body = table(self.file(mall, name))
            for line, row in enumerate(body, start=2):
                cells = {
                    english.get(column, column): _plain(text) for column, text in zip(head, row, strict=True)
                }
                known = {column: text for column, text in cells.items() if column in self.columns}
                found.append((name, line, known))
        return found

    def groups(self, mall) -> list[tuple[str, list[dict[str, str]]]]:
        """(file, rows of one key in it), by the number of the file."""
        found = {}
        for name, _line, row in self.rows(mall):
            found.setdefault((name, row[self.key]), []).append(row)
        return [(name, rows) for (name, _key), rows in found.items()]

    def file(self, mall, name: str) -> bytes:
        return mall.file(self.address + name)

    def expect_listed(self, mall) -> None:
        names = self.names(mall)
        expect("文件名按编号排列，各一次", names, sorted(set(names), key=self.number_of))

    def expect_asked_from(self, mall) -> None:
        names = sorted(self.names(mall), key=self.number_of)
        expect("第一个之后的文件名", self.page_of(mall, after=names[0]), names[1 : 1 + MOST_NAMES])
        expect("最后一个之后的文件名", self.page_of(mall, after=names[-1]), [])
        expect("明天起的文件名", self.page_of(mall, since=int(time.time()) + 86400), [])

    def expect_digests(self, mall) -> None:
        for name in self.names(mall):
            beside = mall.read(f"{self.address}{name}.sha256").decode()
            expect(f"{name}.sha256", beside, f"{sha256(self.file(mall, name))}  {name}\n")

    def expect_not_found(self, mall) -> None:
        expect("返回码", mall.code(f"{self.address}{self.kind}-999999999999.csv"), "NOT_FOUND")

    def expect_columns(self, mall) -> None:
        for name in self.names(mall):
            raw = self.file(mall, name)
            expect(f"{name} 开头的字节", raw[:3], b"\xef\xbb\xbf")
            head = table(raw)[0]
            lost = min((set(names) - set(head) for names in (self.columns, self.columns.values())), key=len)
            expect(f"{name} 缺少的列", sorted(lost), [])

    def expect_cells(self, mall) -> None:
        for name, line, row in self.rows(mall):
            for column, text in row.items():
                rule = self.rules.get(column, r"(?s).*")
                if not (re.fullmatch(rule, text, re.ASCII) if text else column in self.may_be_empty):
                    raise Differs(f"{name} 第 {line} 行 {column} 与约定不符：{shape(text)}")

    def expect_alike(self, mall) -> None:
        for name, rows in self.groups(mall):
            for column in self.columns.keys() - self.of_a_row:
                if len({row[column] for row in rows}) > 1:
                    raise Differs(f"{name}：{rows[0][self.key]} 各行的 {column} 不同")

    def expect_harmless(self, mall) -> None:
        for name in self.names(mall):
            for line, row in enumerate(table(self.file(mall, name)), start=1):
                if armed := [column for column, text in enumerate(row, start=1) if text.startswith(RUN)]:
                    raise Differs(f"{name} 第 {line} 行第 {armed} 格的开头像公式")


def table(raw: bytes) -> list[list[str]]:
    """The cells of a file as they stand in it."""
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def shape(text: str) -> str:
    """What a cell looks like, without what it says: a person may stand in it."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text)) or "空"


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:].startswith(RUN) else text
