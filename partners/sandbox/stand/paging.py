"""Pages of a list that a shopper filters by words (`q`) and a category (`c`)."""

import html
import urllib.parse

# Of an item on the page, kept as JSON: what a shopper looks for.
TITLE_AND_BRAND = (
    "(json_extract(shown_content, '$.title') || ' ' || coalesce(json_extract(shown_content, '$.brand'), ''))"
)


def page_asked(query, last):
    """The number of the page: 1 where none is asked for, the last where there are not so many."""
    return min(max(1, int(query["page"])), last) if query.get("page", "").isdecimal() else 1


def containing(word):
    """The pattern of a LIKE with `escape '\\'` for a text that has the word in it, whatever its signs."""
    for sign in "\\%_":
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"


def address(path, word, code, page=1):
    """Of a page of the list, escaped for an attribute."""
    query = {name: value for name, value in (("q", word), ("c", code), ("page", page > 1 and page)) if value}
    return html.escape(path + ("?" + urllib.parse.urlencode(query) if query else ""))


def pager(path, word, code, page, last):
    """The way back and on, of so many pages."""

    def link(text, to, is_there):
        href = address(path, word, code, to)
        return f'<a href="{href}">{text}</a>' if is_there else f"<span>{text}</span>"

    back, on = link("上一页", page - 1, page > 1), link("下一页", page + 1, page < last)
    return f'<nav class="pager" aria-label="分页">{back}<b>{page} / {last}</b>{on}</nav>'


def last_page(total, size):
    return max(1, -(-total // size))
