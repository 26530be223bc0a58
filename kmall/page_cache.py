"""One HTML for everybody: answers of marked views are kept whole, by version, and sent as ready bytes.

The middleware stands before sessions, language, CSRF and sign-in: a hit touches none of them, reads and sets
no cookie and asks neither database nor Redis. A miss goes past most of them too (`kmall.public`).
docs/decisions/0003-page-cache.md gives the reasons.
"""

import logging
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode

import brotli
import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import ResponseHeaders
from django.urls import ResolverMatch

from kmall import caching, page_store
from kmall.page_store import Flights, Memory, Page
from kmall.public import PublicPages

logger = logging.getLogger(__name__)

# Browsers ask each time (a 304 costs nothing). A shared cache may hold a page for a second, which is what
# nginx needs to take a rush. To show an old one is said to CDNs alone (RFC 9213): browsers would take it as
# leave to show an old price, and nginx to hide our 503 of a day without prices.
CACHE_CONTROL = "public, max-age=0, s-maxage=1"
CDN_CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=5, stale-if-error=600"
LONGEST_QUERY = 400
_OWN_HEADERS = {"content-length", "content-encoding", "etag", "vary", "cache-control", "set-cookie", "date"}

memory = Memory()
flights = Flights()


def cached_page(names: tuple[str, ...], query: tuple[str, ...] = ()) -> Callable:
    """Mark a view whose answer is the same for everybody; its address begins with a language.

    `names`: versions it depends on; `{slug}` and the like are filled from the URL ("stock:{slug}").
    `query`: the parameters it looks at, as patterns ("q", "f_*"); all others are taken away from
    `request.GET` before the view runs. `request.user` is anonymous in it, whoever asks; a view that sets a
    cookie or reads the session is answered but not kept.
    """

    def mark(view):
        view.page_names, view.page_query = names, query
        return view

    return mark


class Miss:
    """What is known of a request for a marked page that memory could not answer."""

    def __init__(self, url: str, names: tuple[str, ...], in_redis: bool):
        self.url, self.names, self.in_redis = url, names, in_redis
        self.versions: tuple[bytes, ...] | None = None
        self.page: Page | None = None
        self.key = ""
        self.leads = False

    def look(self) -> None:
        """Find the page elsewhere, or take the lead in making it."""
        self.versions = caching.version(*self.names) if settings.PAGE_CACHE else None
        if self.versions is None:
            return
        self.key = page_store.key_of(self.url, self.versions)
        self.leads = flights.lead(self.key)
        self.page = fresh(memory.get(self.url))
        if self.page or not self.leads or not self.in_redis:
            return
        try:
            self.page = page_store.fetch_or_lock(self.key)
        except redis.RedisError:
            self.in_redis = False
        if self.page:
            self.keep()

    def keep(self) -> None:
        self.page.versions, self.page.names = self.versions, self.names
        memory.put(self.url, self.page)

    def finish(self, made: Page | None) -> None:
        if made and self.versions:
            self.page = made
            self.keep()
        if self.leads:
            if self.in_redis and (made or not self.page):
                page_store.share(self.key, made)
            flights.land(self.key)


class PageCacheMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self.public = PublicPages(lambda view: hasattr(view, "page_names"), look)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        if page := fresh(memory.get(address(request, request.META.get("QUERY_STRING", "")))):
            return answer(page, request)
        request.page_miss = None
        made = None
        try:
            if (response := self.public.make(request)) is None:
                return self.get_response(request)
            if (miss := request.page_miss) is None:
                return response
            page = miss.page or (made := page_of(response, packed=miss.versions is not None))
            return answer(page, request) if page else response
        finally:
            if request.page_miss:
                request.page_miss.finish(made)


def look(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    """Before a marked view: take away what it does not look at; an answer if somebody else made the page."""
    if not hasattr(match.func, "page_names"):
        return None
    query = canonical_query(request.META.get("QUERY_STRING", ""), match.func.page_query)
    request.META["QUERY_STRING"], request.GET = query, QueryDict(query)
    if len(query) > LONGEST_QUERY:
        return None
    names = tuple(name.format(**match.kwargs) for name in match.func.page_names)
    # Addresses with a query have no bound to their number: they stay in the process's own memory.
    request.page_miss = Miss(address(request, query), names, in_redis=not query)
    request.page_miss.look()
    return HttpResponse() if request.page_miss.page else None


def address(request: HttpRequest, query: str) -> str:
    """What a page is kept under; the language and the partner's frame are in the path."""
    scheme = "https" if request.is_secure() else "http"
    return f"{scheme}://{request.META.get('HTTP_HOST', '')}{request.path_info}?{query}"


def canonical_query(raw: str, allowed: tuple[str, ...]) -> str:
    """The allowed parameters that have a value, sorted, each pair once."""
    if not raw:
        return ""
    try:
        pairs = parse_qsl(raw, max_num_fields=60)
    except ValueError:
        return ""
    kept = {pair for pair in pairs if any(fnmatchcase(pair[0], pattern) for pattern in allowed)}
    return urlencode(sorted(kept))


def fresh(page: Page | None) -> Page | None:
    if page is None or not page_store.is_young(page):
        return None
    return page if page.versions == caching.version(*page.names) else None


def page_of(response: HttpResponse, *, packed: bool) -> Page | None:
    """The answer as a page, or None where it is not the same for everybody."""
    if response.status_code != 200 or response.streaming or not response.content:
        return None
    vary = {part.strip().lower() for part in response.get("Vary", "").split(",")} - {"", "accept-encoding"}
    if response.cookies or vary:
        logger.error("a marked page is personal, so it was not kept: varies by %s", vary or "Set-Cookie")
        return None
    body = response.content
    headers = [(name, value) for name, value in response.items() if name.lower() not in _OWN_HEADERS]
    digest = blake2b(body, digest_size=9).hexdigest()
    return Page(digest, headers, page_store.pack(body)) if packed else Page(digest, headers, b"", plain=body)


def answer(page: Page, request: HttpRequest) -> HttpResponse:
    """The page in the best encoding that the client takes, or 304 where it has it already."""
    encoding = "" if page.plain else best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{page.digest}-{encoding}"' if encoding else f'"{page.digest}"'
    if has_it(request.META.get("HTTP_IF_NONE_MATCH"), etag):
        response = HttpResponse(status=304, content_type="text/html")
        response.headers = _headers(page, encoding, etag, None)
        return response
    body = _body(page, encoding)
    response = HttpResponse(b"" if request.method == "HEAD" else body, content_type="text/html")
    response.headers = _headers(page, encoding, etag, body)
    return response


def _headers(page: Page, encoding: str, etag: str, body: bytes | None) -> ResponseHeaders:
    """Those of an answer with or without body, made once: setting them singly is a fifth of a hit."""
    made = page.answers.get((encoding, body is None))
    if made is None:
        made = page.answers[encoding, body is None] = ResponseHeaders(page.headers)
        if body is None:
            made.pop("Content-Type", None)
        else:
            made["Content-Length"] = str(len(body))
            if encoding:
                made["Content-Encoding"] = encoding
        made["ETag"], made["Vary"] = etag, "Accept-Encoding"
        made["Cache-Control"], made["CDN-Cache-Control"] = CACHE_CONTROL, CDN_CACHE_CONTROL
    copied = ResponseHeaders({})
    copied._store = dict(made._store)  # its constructor would convert each value again
    return copied


def _body(page: Page, encoding: str) -> bytes:
    if encoding == "br":
        page.br = page.br or brotli.compress(page_store.unpack(page.zipped), quality=5)
        return page.br
    if encoding == "gzip":
        return page.zipped
    return page.plain or page_store.unpack(page.zipped)


@lru_cache(maxsize=512)
def best_encoding(accepted: str, known: tuple[str, ...] = ("br", "gzip")) -> str:
    """The best of those that there are, or `` (as it is), for an Accept-Encoding header."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=")
        try:
            weights[name.strip()] = float(quality) if quality else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    best = max(known, key=lambda name: weights.get(name, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else ""


def has_it(if_none_match: str | None, etag: str) -> bool:
    if not if_none_match:
        return False
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return etag in known or "*" in known
