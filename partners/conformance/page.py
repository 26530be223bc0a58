"""The red and green page: one file that needs nothing else, in Chinese with Korean beside it."""

import datetime
from html import escape
from itertools import groupby

GMT8 = datetime.timezone(datetime.timedelta(hours=8))
SIGNS = {"kept": "✓", "differs": "✗", "not asked": "–"}
WORDS = {"kept": ("一致", "일치"), "differs": ("不一致", "불일치"), "not asked": ("未检查", "확인 안 함")}
STYLE = """
:root { color-scheme: light; font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #222 }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; background: #f6f6f4; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 2rem 0 .5rem; color: #555 }
.sum { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none }
.sum li { padding: .5rem 1rem; border-radius: .5rem; background: #fff; border: 1px solid #ddd }
.sum b { font-size: 1.5rem; margin-right: .4rem } .kept b { color: #147a3d } .differs b { color: #b3261e }
ol { margin: 0; padding: 0; list-style: none } ol li { background: #fff; border: 1px solid #ddd; border-left: .4rem solid #bbb;
  border-radius: .4rem; margin: .4rem 0; padding: .6rem .8rem } ol li.kept { border-left-color: #147a3d }
ol li.differs { border-left-color: #b3261e; background: #fdf3f2 } li p { margin: 0 } .ko { color: #666; font-size: .87rem }
.sign { font-weight: 700; margin-right: .5rem } li.kept .sign { color: #147a3d } li.differs .sign { color: #b3261e }
.said { margin-top: .3rem; font-family: ui-monospace, monospace; font-size: .85rem; color: #8c1d18 }
li.not-asked .said { color: #666 } details { margin-top: .3rem; font-size: .85rem } summary { cursor: pointer }
pre { white-space: pre-wrap; background: #f2f2ef; padding: .5rem; border-radius: .3rem; margin: .4rem 0 0 }
"""


def page(contract: str, address: str, findings: list, stopped=None) -> str:
    """The page as HTML. `contract`: its name; `address`: of the server that was asked; `stopped`: why no more was."""
    if stopped:  # what could not be asked before is of no interest
        findings = [finding for finding in findings if finding.state != "not asked"]
    count = counted(findings)
    sums = "".join(
        f'<li class="{_css(state)}"><b>{number}</b>{WORDS[state][0]} <span class="ko">{WORDS[state][1]}</span></li>'
        for state, number in count.items()
    )
    now = f"{datetime.datetime.now(GMT8):%Y-%m-%d %H:%M:%S}（北京时间）"
    wrong = [finding for finding in findings if finding.state == "differs"]
    others = sorted((finding for finding in findings if finding.state != "differs"), key=_number)
    parts = [("不一致 · 불일치", wrong)] if wrong else []
    parts += [(f"§ {section}", list(rows)) for section, rows in groupby(others, key=_section)]
    lists = "".join(f"<h2>{escape(title)}</h2><ol>{''.join(map(_row, rows))}</ol>" for title, rows in parts)
    verdict, korean = (stopped.zh, stopped.ko) if stopped else _verdict(count)
    found = f'<ul class="sum">{sums}</ul>{lists}' if findings else ""
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{verdict} · {escape(contract)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><h1>{verdict}</h1>"
        f'<p class="ko" lang="ko">{korean}</p>'
        f"<p>{escape(contract)} · {escape(address)}<br>{now}</p>"
        f"{_stop(stopped) if stopped else ''}{found}</body></html>"
    )


def counted(findings: list) -> dict[str, int]:
    """How many findings are of each state."""
    return {state: sum(finding.state == state for finding in findings) for state in SIGNS}


def _verdict(count: dict[str, int]) -> tuple[str, str]:
    """In Chinese and Korean: no more than was asked is vouched for."""
    left = count["not asked"]
    if count["differs"]:
        return "不符合接口约定", "연동 규격과 다릅니다"
    if not count["kept"]:
        return "没有检查任何一项", "확인한 항목이 없습니다"
    if left:
        return (
            f"已检查的部分符合接口约定，{left} 项未检查",
            f"확인한 항목은 연동 규격과 같고, {left}건은 확인하지 않았습니다",
        )
    return "符合接口约定", "연동 규격과 같습니다"


def _section(finding) -> str:
    return finding.check.section


def _number(finding) -> int:
    return int(finding.check.section)


def _stop(stopped) -> str:
    return (
        '<ol><li class="differs"><p>检查到此为止，没有对其余各项作出判断。</p>'
        '<p class="ko" lang="ko">여기서 멈췄으며 나머지 항목은 판단하지 않았습니다.</p>'
        f'<p class="said">{escape(stopped.said)}</p>{_calls(stopped.calls)}</li></ol>'
    )


def _calls(calls: tuple[str, ...]) -> str:
    if not calls:
        return ""
    said = escape("\n\n".join(calls))
    return f"<details><summary>请求与应答 · 요청과 응답</summary><pre>{said}</pre></details>"


def _row(finding) -> str:
    check, shown = finding.check, _calls(finding.calls)
    said = f'<p class="said">{escape(finding.said)}</p>' if finding.said else ""
    return (
        f'<li class="{_css(finding.state)}"><p><span class="sign">{SIGNS[finding.state]}</span>{escape(check.zh)} '
        f"<small>§ {escape(check.section)}</small></p>"
        f'<p class="ko" lang="ko">{escape(check.ko)}</p>{said}{shown if finding.state == "differs" else ""}</li>'
    )


def _css(state: str) -> str:
    return state.replace(" ", "-")
