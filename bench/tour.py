"""The pages that are measured, found as a visitor finds them: by the links of a running mall of any size."""

import html
import re
from urllib.parse import urljoin, urlsplit

from bench.load import fetch

FAR = 10  # pages down a category
SEARCH = "/zh-hans/search/?q=%E9%9D%A2%E8%86%9C"  # 面膜


def tour(site: str) -> dict[str, str]:
    """Path of each page by name: the home page's first category, a page far down it, its first product."""
    home = "/zh-hans/"
    category = _first(rf'href="({home}c/[^"?]+)"', _read(site, home))
    page = _read(site, category)
    product = _first(rf'href="({home}p/[^"?]+)"', page)
    far = category
    for _ in range(FAR):
        found = re.search(r'rel="next" href="(\?[^"]+)"', page)
        if not found:
            break
        far = urljoin(far, html.unescape(found[1]))
        page = _read(site, far)
    return {"home": home, "category": category, "far-down": far, "search": SEARCH, "product": product}


def slug(path: str) -> str:
    """What a category's or a product's page is called in its address."""
    return urlsplit(path).path.rstrip("/").rpartition("/")[2]


def _read(site: str, path: str) -> str:
    return fetch(site + path)[0].decode()


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if not found:
        raise LookupError(f"{pattern} is not in a page of {len(page)} characters")
    return found[1]
