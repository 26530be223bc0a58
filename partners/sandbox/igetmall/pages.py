"""The mall's public pages: home, and the Korean-goods section as its shoppers see it."""

import html
import json

from partners.sandbox.igetmall import items
from partners.sandbox.igetmall.categories import LEAVES, PARENTS, TREE
from partners.sandbox.stand.categories import counted
from partners.sandbox.stand.money import yuan
from partners.sandbox.stand.paging import TITLE_AND_BRAND, address, containing, last_page, page_asked, pager

PATH, PAGE_SIZE = "/korea/", 24
BAG = (
    '<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2.4"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<path d="M4.5 8h15l-1.3 12.5H5.8z"/><path d="M8.5 8a3.5 3.5 0 0 1 7 0"/></svg>'
)
HALLS = [("韩国馆", "/korea/"), ("日本馆", ""), ("泰国馆", ""), ("欧洲馆", ""), ("重庆特产", "")]

escape = html.escape


def find(path):
    return {"/": home, PATH: korea}.get(path)


def frame(title, body, *, query="", note=""):
    search = (
        '<form class="search" action="/korea/" role="search"><label class="off" for="q">搜索韩国馆</label>'
        f'<input id="q" name="q" value="{escape(query)}" placeholder="搜面膜、红参、泡面" type="search">'
        "<button>搜索</button></form>"
    )
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)} · 爱购商城</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/web/page.css"><link rel="icon" href="data:,"></head><body>'
        f'<header><div class="in"><a class="brand" href="/"><i>{BAG}</i><span><b>I Get Mall</b>'
        f"<small>爱购 · 重庆跨境</small></span></a>{search}"
        '<a class="mine" href="/orders/">我的订单</a></div></header>'
        f'<main class="in">{note}{body}</main>'
        '<footer><div class="in"><p>爱购商城 · 重庆两路寸滩保税港区</p>'
        "<p>这是接口联调用的模拟商城，商家、商品与订单均为虚构。</p></div></footer></body></html>"
    )


def home(mall, query):
    items.publish(mall)
    halls = "".join(
        f'<li><a href="{url}">{name}</a></li>'
        if url
        else f"<li><span>{name}<small>筹备中</small></span></li>"
        for name, url in HALLS
    )
    rows = mall.state.rows(f"select * from items where {items.SHOWN} order by shown_at desc, out_id limit 12")
    total = mall.state.count(f"select count(*) from items where {items.SHOWN}")
    body = (
        f'<section class="lead"><h1>一站买全球</h1><p>韩国馆现有 {total} 件商品</p>'
        f'<a class="go" href="/korea/">逛韩国馆</a></section><ul class="halls">{halls}</ul>'
        f'<h2>韩国馆新品</h2><ul class="goods">{"".join(map(card, rows))}</ul>'
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
    cards = "".join(map(card, rows))
    body = (
        '<div class="hall"><h1>韩国馆</h1><p>由 Kmall24 · 韩国贸易协会供货，点击商品前往 Kmall24 下单</p>'
        f"<p><b>{total}</b> 件商品</p></div>{_categories(mall, word, code)}"
        + (f'<ul class="goods">{cards}</ul>' if rows else '<p class="none">没有找到商品，换个词试试</p>')
        + pager(PATH, word, code, page, last)
    )
    return frame("韩国馆", body, query=word)


def missing(mall):
    return frame("页面不存在", '<h1>页面不存在</h1><p><a class="go" href="/">回到首页</a></p>')


def card(row):
    content, offer = json.loads(row["shown_content"]), json.loads(row["shown_offer"])
    cheapest = min(offer["skus"], key=lambda sku: sku["landed_fen"])
    stock = sum(sku["stock"] for sku in offer["skus"])
    was = f"<s>¥{yuan(cheapest['was_fen'])}</s>" if cheapest["was_fen"] else ""
    more = "起" if len({sku["price_fen"] for sku in offer["skus"]}) > 1 else ""
    return (
        f'<li data-out-id="{row["out_id"]}"><a href="{escape(content["link"])}">'
        f'<img src="{escape(content["pictures"][0])}" alt="" width="240" height="240" loading="lazy">'
        f"<strong>{escape(content['title'])}</strong>"
        f'<em class="price">¥{yuan(cheapest["price_fen"])}{more}</em>{was}'
        f'<span class="tax">含税到手 ¥{yuan(cheapest["landed_fen"])}</span>'
        f'<span class="from">{escape(content.get("town", ""))}'
        + (f"<b>库存 {stock}</b>" if stock else '<b class="out">已售罄</b>')
        + "</span></a></li>"
    )


def _filter(word, code):
    where, values = items.SHOWN, []
    for part in word.split():
        where += f" and {TITLE_AND_BRAND} like ? escape '\\'"
        values.append(containing(part))
    if code in PARENTS:
        where += f" and {items.CATEGORY} like ?"
        values.append(f"{code}-%")
    elif code in LEAVES:
        where += f" and {items.CATEGORY} = ?"
        values.append(code)
    return where, values


def _categories(mall, word, code):
    where, values = _filter(word, "")
    sql = f"select {items.CATEGORY}, count(*) from items where {where} group by 1"
    counts = dict(mall.state.rows(sql, *values))
    chosen = code.partition("-")[0]
    links = [_chip("", "全部", sum(counts.values()), word, code)]
    below = []
    for parent, name, number, leaves in counted(TREE, counts):
        links.append(_chip(parent, name, number, word, chosen))
        if parent == chosen:
            below = [_chip(leaf, title, of_it, word, code) for leaf, title, of_it in leaves]
    text = f'<nav class="chips" aria-label="类目">{"".join(links)}</nav>'
    return text + (f'<nav class="chips small" aria-label="子类目">{"".join(below)}</nav>' if below else "")


def _chip(code, name, number, word, chosen):
    now = ' aria-current="page"' if code == chosen else ""
    return f'<a href="{address(PATH, word, code)}"{now}>{name} <small>{number}</small></a>'
