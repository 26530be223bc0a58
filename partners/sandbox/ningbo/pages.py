"""The mall's public pages: the quay (home), and the Korean-goods section as its shoppers see it."""

import html
import xml.etree.ElementTree as ET
from decimal import Decimal

from partners.sandbox.ningbo import goods, intake
from partners.sandbox.ningbo.categories import LEAVES, PARENTS, TREE
from partners.sandbox.stand.categories import counted
from partners.sandbox.stand.paging import address, containing, last_page, page_asked, pager

PATH, PAGE_SIZE = "/hanguo/", 30
LIGHTHOUSE = (
    '<svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor" stroke-width="1.9"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<path d="M9.5 8h5l1.6 12H7.9z"/><path d="M9.8 8V5.2L12 3.5l2.2 1.7V8"/><path d="M8.9 12.5h6.2M8.3 16.5h7.4"/>'
    '<path d="M4 20.5h16M17.5 5.5l3-1M6.5 5.5l-3-1"/></svg>'
)

escape = html.escape


def find(path):
    return {"/": home, PATH: korea}.get(path)


def frame(title, body, *, word=""):
    search = (
        '<form class="search" action="/hanguo/" role="search"><label class="off" for="q">搜索韩国频道</label>'
        f'<input id="q" name="q" value="{escape(word)}" placeholder="搜索韩国好物" type="search"><button>搜索</button></form>'
    )
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)} · 甬购汇</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/web/page.css"><link rel="icon" href="data:,"></head><body>'
        '<header><p class="top"><span>宁波保税区 · 跨境电商进口</span><span><a href="/orders/">我的订单</a> <a href="/operator/">商家运营台</a></span></p>'
        f'<div class="bar"><a class="brand" href="/">{LIGHTHOUSE}<b>甬购汇</b><small>YONGGOU</small></a>{search}</div></header>'
        f"<main>{body}</main>"
        "<footer><p>甬购汇 · 宁波保税区兴业大道</p><p>这是接口联调用的模拟商城，商家、商品与订单均为虚构。</p></footer>"
        "</body></html>"
    )


def home(mall, query):
    intake.work(mall)
    total = mall.state.count(f"select count(*) from goods where {goods.SHOWN}")
    rows = mall.state.rows(
        f"select * from goods where {goods.SHOWN} order by shown_at desc, goods_no limit 8"
    )
    berths = "".join(
        f'<li><a href="{address(PATH, "", code)}"><b>{name}</b><span>{number} 件</span></a></li>'
        for code, name, number, _ in counted(TREE, _counts(mall, ""))
    )
    return frame(
        "首页",
        '<section class="quay"><h1>从釜山港到宁波港</h1>'
        f'<p>韩国频道在售 {total} 件，由 Kmall24 · 韩国贸易协会供货，价格含税</p><a href="/hanguo/">进入韩国频道</a></section>'
        + (f'<ul class="berths">{berths}</ul>' if berths else "")
        + f"<h2>新到</h2>{_shelf(rows, '货物还在路上，稍后再来看看。')}",
    )


def korea(mall, query):
    intake.work(mall)
    word, code = query.get("q", "").strip(), query.get("c", "")
    where, values = _filter(word, code)
    total = mall.state.count(f"select count(*) from goods where {where}", *values)
    last = last_page(total, PAGE_SIZE)
    page = page_asked(query, last)
    rows = mall.state.rows(
        f"select * from goods where {where} order by shown_at desc, goods_no limit ? offset ?",
        *values, PAGE_SIZE, (page - 1) * PAGE_SIZE,
    )  # fmt: skip
    pages = pager(PATH, word, code, page, last) if last > 1 else ""
    name = LEAVES.get(code) or PARENTS.get(code) or "韩国频道"
    said = f"“{escape(word)}” · " if word else ""
    body = (
        f'<div class="channel">{_tree(mall, word, code)}<section><h1>{name}</h1>'
        f'<p class="count">{said}{total} 件商品，点击前往 Kmall24 下单</p>'
        f"{_shelf(rows, '没有找到商品，换个词，或看看别的类目。')}{pages}</section></div>"
    )
    return frame(name, body, word=word)


def missing(mall):
    return frame(
        "页面不存在",
        '<section class="quay"><h1>这里没有泊位</h1><p>页面不存在</p><a href="/">回到首页</a></section>',
    )


def name_of(row):
    text = row["shown_content"] or row["content"]
    return ET.fromstring(text).findtext("GoodsName", "") if text else ""


def _shelf(rows, when_empty):
    cards = "".join(map(_card, rows))
    return f'<ul class="shelf">{cards}</ul>' if cards else f'<p class="none">{when_empty}</p>'


def _card(row):
    content, offer = ET.fromstring(row["shown_content"]), ET.fromstring(row["shown_offer"])
    skus = offer.findall("Skus/Sku")
    cheapest = min(skus, key=lambda sku: Decimal(sku.findtext("TaxedPrice")))
    stock = sum(int(sku.findtext("Stock")) for sku in skus)
    was = cheapest.findtext("MarketPrice")
    place = content.findtext("Place", "")
    more = "起" if len({sku.findtext("TaxedPrice") for sku in skus}) > 1 else ""
    return (
        f'<li data-goods-no="{escape(row["goods_no"])}"><a href="{escape(content.findtext("Url"))}">'
        f'<img src="{escape(content.findtext("Pictures/Picture"))}" alt="" width="240" height="240" loading="lazy">'
        f"<div><strong>{escape(content.findtext('GoodsName'))}</strong>"
        f'<span class="maker">{escape(content.findtext("Brand") or content.findtext("Maker"))}'
        + (f" · {escape(place)}" if place else "")
        + f'</span><span class="price"><small>含税</small>¥{cheapest.findtext("TaxedPrice")}{more}</span>'
        f'<span class="base">货价 ¥{cheapest.findtext("SalePrice")}'
        + (f" <s>¥{was}</s>" if was != "0.00" else "")
        + (
            f'</span><span class="stock">现货 {stock}</span>'
            if stock
            else '</span><span class="stock gone">售罄</span>'
        )
        + "</div></a></li>"
    )


def _filter(word, code):
    where, values = goods.SHOWN, []
    for part in word.split():
        where += " and (shown_content like ? escape '\\' or shown_content like ? escape '\\')"
        text = containing(escape(part, quote=False))
        values += [f"%<{name}>{text}</{name}>%" for name in ("GoodsName", "Brand")]
    if code in PARENTS:
        where += " and shown_category like ?"
        values.append(f"{code}__")
    elif code in LEAVES:
        where += " and shown_category = ?"
        values.append(code)
    return where, values


def _counts(mall, word):
    where, values = _filter(word, "")
    return dict(
        mall.state.rows(f"select shown_category, count(*) from goods where {where} group by 1", *values)
    )


def _tree(mall, word, code):
    counts, chosen = _counts(mall, word), code[:2]
    rows = [_entry("", "全部", sum(counts.values()), word, code)]
    for parent, name, number, leaves in counted(TREE, counts):
        below = "".join(_entry(leaf, title, of_it, word, code) for leaf, title, of_it in leaves)
        inner = f"<ul>{below}</ul>" if parent == chosen else ""
        rows.append(_entry(parent, name, number, word, code, inner))
    return f'<nav aria-label="类目"><ul>{"".join(rows)}</ul></nav>'


def _entry(code, name, number, word, chosen, below=""):
    now = ' aria-current="page"' if code == chosen else ""
    return f'<li><a href="{address(PATH, word, code)}"{now}>{name}<small>{number}</small></a>{below}</li>'
