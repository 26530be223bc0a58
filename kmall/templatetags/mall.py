"""Template tags and filters of every page: money, icons, links. `{% load mall %}`."""

import json
import re
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import QueryDict
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kmall.languages import in_own_letters
from kmall.money import format_cny, yuan

register = template.Library()
register.filter(yuan)
register.filter("own_words", in_own_letters)

LANGUAGES = dict(settings.LANGUAGES)
OWN_NAMES = {"zh-hans": "中文", "ko": "한국어"}
CURRENT = mark_safe(' aria-current="true"')
ICONS = settings.BASE_DIR / "static" / "art" / "icons"
NO_MARKUP = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@register.filter
def cny(fen: int, size: str = "") -> SafeString:
    """Price markup for an amount in fen: small sign, whole yuan, small fen. `size`: mid, big, huge, ink."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return format_html(
        '<span class="{}">{}<small>¥</small>{}<i>.{}</i></span>',
        f"price {size}".strip(),
        "−" if fen < 0 else "",
        f"{yuan:,}",
        f"{rest:02d}",
    )


@register.filter
def cny_text(fen: int) -> str:
    """An amount in fen as plain text: 897510 -> ¥8,975.10."""
    if fen is None:
        return ""
    return f"{'−' if fen < 0 else ''}{format_cny(abs(fen))}"


@register.filter
def cny_short(fen: int) -> str:
    """As `cny_text`, without the fen where there are none: 5800 -> ¥58."""
    return cny_text(fen).removesuffix(".00")


@register.filter
def krw(won: int) -> str:
    """Whole won: 15900 -> ₩15,900."""
    return "" if won is None else f"₩{won:,}"


@register.filter
def short_count(number: int) -> str:
    """A count as the two languages write it: 8604 -> 8,604; 23400 -> 2.3万 / 2.3만."""
    if number < 10_000:
        return f"{number:,}"
    tens = f"{number / 10_000:.1f}".removesuffix(".0")
    # Translators: a number of ten thousands, 万 in Chinese, 만 in Korean.
    return _("%(number)s×10,000") % {"number": tens}


@register.simple_tag
def dot() -> str:
    """What stands between two facts of a line: the dot of Chinese is as wide as a character, so no spaces."""
    return "·" if get_language() == "zh-hans" else " · "


@lru_cache(maxsize=100)
def icon_body(name: str) -> str:
    return ICON_BODY.search((ICONS / f"{name}.svg").read_text())[1]


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of static/art/icons, drawn in the text's colour. Without `label` it is decoration."""
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>',
        f"icon {css}".strip(),
        voice,
        mark_safe(icon_body(name)),
    )


@register.simple_tag(takes_context=True)
def query_string(context, **changes) -> str:
    """The query with changes: `{% query_string sort="price" cursor=None %}`; None or "" drops one."""
    return changed_query(context["request"].GET, changes)


def changed_query(query: QueryDict, changes: dict) -> str:
    pairs = [(key, value) for key, values in query.lists() if key not in changes for value in values]
    pairs += [(key, value) for key, value in changes.items() if value not in (None, "")]
    return f"?{urlencode(pairs)}"


@register.filter
def tag_of(language_code: str) -> str:
    """The language as HTML names it: zh-hans -> zh-Hans."""
    language, _dash, script = language_code.partition("-")
    return f"{language}-{script.title()}" if script else language


LINKS = {
    code: f'lang="{tag_of(code)}" hreflang="{tag_of(code)}" data-language="{code}"'
    for code in settings.STOREFRONT_LANGUAGES
}


@register.simple_tag(takes_context=True)
def languages(context) -> SafeString:
    """Links to this page in each language of the storefront, query included; `mall.js` keeps the choice.

    They lead to the home page where an error page has no request.
    """
    request, now = context.get("request"), get_language()
    path = escape(request.get_full_path()) if request else ""
    return mark_safe(
        "\n".join(
            f'<a href="{in_language(path, code) or f"/{code}/"}" {attributes}'
            f"{CURRENT if code == now else ''}>{OWN_NAMES[code]}</a>"
            for code, attributes in LINKS.items()
        )
    )


def in_language(path: str, language: str) -> str:
    """The same page in another language: only the prefix differs; empty where there is none."""
    _root, prefix, *rest = path.split("/", 2)
    return f"/{language}/{rest[0]}" if rest and prefix in LANGUAGES else ""


@register.simple_tag(takes_context=True)
def alternates(context, path: str = "") -> SafeString:
    """canonical and hreflang links: one page in each language of the storefront, Chinese by default.

    `path`: the page that this one only shows in another frame.
    """
    path = escape(path or context["request"].path)
    links = [(tag_of(code), in_language(path, code)) for code in settings.STOREFRONT_LANGUAGES]
    if not links[0][1]:
        return ""
    links.append(("x-default", links[0][1]))
    lines = [f'<link rel="alternate" hreflang="{tag}" href="{settings.SITE_URL}{url}">' for tag, url in links]
    return mark_safe("\n".join([*lines, f'<link rel="canonical" href="{settings.SITE_URL}{path}">']))


@register.simple_tag
def other_language(msgid: str) -> SafeString:
    """A heading in the storefront's other language, small beside the first."""
    other = next(code for code in settings.STOREFRONT_LANGUAGES if code != get_language())
    with override(other):
        return format_html('<span class="other" lang="{}">{}</span>', tag_of(other), _(msgid))


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """A block of structured data: not executed, so that the content policy lets it pass."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text.translate(NO_MARKUP)))


@register.simple_tag
def absolute(path: str) -> str:
    return settings.SITE_URL + path
