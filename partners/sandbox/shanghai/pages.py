"""The mall's public pages: home, and the Korean-goods section as its shoppers see it."""

import html
import json

from partners.sandbox.shanghai import items
from partners.sandbox.shanghai.categories import LEAVES, PARENTS, TREE
from partners.sandbox.stand.categories import counted
from partners.sandbox.stand.money import yuan
from partners.sandbox.stand.paging import TITLE_AND_BRAND, address, containing, last_page, page_asked, pager

PATH, PAGE_SIZE = "/korea/", 24
MARK = (
    '<svg viewBox="0 0 40 24" width="40" height="24" fill="none" stroke="currentColor" stroke-width="2.2"'
    ' stroke-linecap="round" aria-hidden="true"><path d="M2 18c5-5 8-5 12 0s8 5 12 0 8-5 12 0"/>'
    '<path d="M20 12V2M16 6h8"/></svg>'
)

escape = html.escape


def find(path):
    return {"/": home, PATH: korea}.get(path)


def frame(title, body, *, query=""):
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)} · 浦江优选</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/web/page.css"><link rel="icon" href="data:,"></head><body>'
        '<header><div class="in"><a class="brand" href="/">'
        f'{MARK}<b>浦江优选</b></a><nav><a href="/korea/">韩国馆</a> <a href="/orders/">我的订单</a></nav>'
        '<form class="search" action="/korea/" role="search"><label class="off" for="q">搜索韩国馆</label>'
        f'<input id="q" name="q" type="search" value="{escape(query)}" placeholder="搜索韩国好物">'
        f'<button>搜索</button></form></div></header><main class="in">{body}</main>'
        '<footer><div class="in"><p>浦江优选 · 上海外高桥保税区</p>'
        "<p>这是接口联调用的模拟商城，商家、商品与订单均为虚构。</p></div></footer></body></html>"
    )


def home(mall, query):
    items.publish(mall)
    rows = mall.state.rows(
        f"select * from items where {items.ON_PAGE} order by shown_at desc, out_id limit 8"
    )
    total = mall.state.count(f"select count(*) from items where {items.ON_PAGE}")
    body = (
        '<section class="lead"><p>江畔选物</p><h1>把韩国的好东西，<br>带到黄浦江边</h1>'
        f'<a class="go" href="/korea/">进入韩国馆（{total} 件）</a></section><h2>刚刚上架</h2>'
        + (
            f'<ul class="goods">{"".join(map(card, rows))}</ul>'
            if rows
            else '<p class="none">商品正在上架</p>'
        )
    )
    return frame("首页", body)


def korea(mall, query):
    items.publish(mall)
    word, code = query.get("q", "").strip(), query.get("c", "")
    where, values = _filter(word, code)
    total = mall.state.count(f"select count(*) from items where {where}", *values)
    last = last_page(total, PAGE_SIZE)
    page = page_asked(query, last)
    rows = mall.state.rows(
        f"select * from items where {where} order by shown_at desc, out_id limit ? offset ?",
        *values, PAGE_SIZE, (page - 1) * PAGE_SIZE,
    )  # fmt: skip
    pages = pager(PATH, word, code, page, last) if last > 1 else ""
    name = LEAVES.get(code) or PARENTS.get(code) or "全部好物"
    goods = f'<ul class="goods">{"".join(map(card, rows))}</ul>' if rows else (
        '<p class="none">没有找到商品，换个词试试。<a href="/korea/">看全部</a></p>'
    )  # fmt: skip
    body = (
        f'<div class="hall"><h1>韩国馆</h1><p>Kmall24 · 韩国贸易协会供货，点击商品前往 Kmall24 下单</p></div>'
        f'<div class="two">{_categories(mall, word, code)}<section><h2>{escape(name)} <small>{total} 件</small></h2>'
        f"{goods}{pages}</section></div>"
    )
    return frame("韩国馆", body, query=word)


def missing(mall):
    return frame("页面不存在", '<h1>页面不存在</h1><p><a href="/">回到首页</a></p>')


def card(row):
    content, offer = json.loads(row["shown_content"]), json.loads(row["shown_offer"])
    cheapest = min(offer["skus"], key=lambda sku: sku["landed_fen"])
    stock = sum(sku["stock"] for sku in offer["skus"])
    was = f" <s>¥{yuan(cheapest['was_fen'])}</s>" if cheapest["was_fen"] else ""
    more = "<small>起</small>" if len({sku["price_fen"] for sku in offer["skus"]}) > 1 else ""
    brand = escape(content.get("brand") or content.get("seller", ""))
    return (
        f'<li data-out-id="{row["out_id"]}"><a href="{escape(content["link"])}">'
        f'<img src="{escape(content["pictures"][0])}" alt="" width="240" height="240" loading="lazy">'
        f'<span class="brandname">{brand}</span><strong>{escape(content["title"])}</strong>'
        f'<span class="price">¥{yuan(cheapest["price_fen"])}{more}{was}</span>'
        f'<span class="tax">含税 ¥{yuan(cheapest["landed_fen"])}</span>'
        + ("" if stock else '<span class="out">暂时售罄</span>')
        + "</a></li>"
    )


def _filter(word, code):
    where, values = items.ON_PAGE, []
    for part in word.split():
        where += f" and {TITLE_AND_BRAND} like ? escape '\\'"
        values.append(containing(part))
    if code in PARENTS:
        where += " and json_extract(shown_content, '$.category') like ?"
        values.append(f"{code}-%")
    elif code in LEAVES:
        where += " and json_extract(shown_content, '$.category') = ?"
        values.append(code)
    return where, values


def _categories(mall, word, code):
    where, values = _filter(word, "")
    sql = f"select json_extract(shown_content, '$.category'), count(*) from items where {where} group by 1"
    counts = dict(mall.state.rows(sql, *values))
    links = [_link("", "全部", sum(counts.values()), word, code)]
    for parent, name, number, leaves in counted(TREE, counts):
        links.append(_link(parent, name, number, word, code))
        if parent == code.partition("-")[0]:
            below = (_link(leaf, title, of_it, word, code) for leaf, title, of_it in leaves)
            links += [f'<span class="below">{one}</span>' for one in below]
    return f'<nav class="rail" aria-label="类目">{"".join(links)}</nav>'


def _link(code, name, number, word, chosen):
    here = ' aria-current="page"' if code == chosen else ""
    return f'<a href="{address(PATH, word, code)}"{here}>{name} <small>{number}</small></a>'
