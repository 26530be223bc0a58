"""Pages kept whole: one render for everybody, never an older version, nothing personal."""

import gzip
import threading
import time
from http import HTTPStatus

import brotli
import pytest
from django.conf.urls.i18n import i18n_patterns
from django.db import connection, transaction
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, path
from django.views.decorators.http import require_safe

from kmall import caching, page_cache, page_store
from kmall.page_cache import cached_page
from kmall.wsgi import application

WORDS = {"text": "one", "renders": 0, "pause": 0.0}
EVERY_LINE = "<p>谷雨面膜 마스크팩</p>" * 200


@require_safe
@cached_page(names=("catalog", "stock:{slug}"), query=("q", "f_*"))
def page(request, slug):
    WORDS["renders"] += 1
    time.sleep(WORDS["pause"])
    who = request.user.is_authenticated
    return HttpResponse(f"{WORDS['text']} {slug} {request.GET.urlencode()} {who} {EVERY_LINE}")


@cached_page(names=("catalog",))
def with_form(request):
    WORDS["renders"] += 1
    return HttpResponse(get_token(request))


def personal(request):
    return HttpResponse("for one")


@cached_page(names=("catalog",))
def missing(request):
    return HttpResponse("none", status=404)


urlpatterns = [path("machine/", personal)]
urlpatterns += i18n_patterns(
    path("p/<slug>/", page),
    path("form/", with_form),
    path("missing/", missing),
    path("personal/", personal),
    prefix_default_language=True,
)


@pytest.fixture(autouse=True)
def _own_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.PAGE_CACHE = True
    WORDS.update(text="one", renders=0, pause=0.0)
    caching.watch.reset()
    caching.raise_now(caching.EVERYTHING)
    page_cache.memory.clear()


def test_a_file_that_has_just_gone_is_no_part_of_the_release(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "kmall").mkdir()
    (tmp_path / "kmall" / "urls.py").touch()
    before = page_store.release.__wrapped__()
    (tmp_path / "kmall" / "django.mo").symlink_to("gone")
    assert page_store.release.__wrapped__().partition("-")[2] == before.partition("-")[2]


@pytest.fixture
def _redis_gone(settings):
    """The server is away: nothing listens on the port."""
    url, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    caching.redis_client.cache_clear()
    caching.watch.reset()
    yield
    settings.REDIS_URL = url
    caching.redis_client.cache_clear()
    caching.watch.reset()
    caching._owed.clear()


def get(url="/zh-hans/p/mask/", **headers):
    response = Client().get(url, headers=headers)
    assert response.status_code == HTTPStatus.OK
    return response


def test_a_second_visitor_gets_the_same_bytes_without_a_render():
    first, second = get(), get()
    assert WORDS["renders"] == 1
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())


def test_a_page_carries_what_a_shared_cache_needs_and_no_cookie():
    response = get(accept_encoding="gzip, deflate, br")
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert response["Vary"] == "Accept-Encoding"
    assert response["Content-Security-Policy"].count("default-src 'self'") == 1
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert not response.cookies


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
        ("gzip;q=nonsense", None, bytes),
    ],
)
def test_bytes_come_ready_in_the_best_encoding_asked_for(accepts, encoding, unpack):
    plain = get().content
    for response in (get(accept_encoding=accepts), get(accept_encoding=accepts)):
        assert response.get("Content-Encoding") == encoding
        assert unpack(response.content) == plain
        assert int(response["Content-Length"]) == len(response.content)


def test_who_has_the_page_is_told_so_until_it_changes():
    etag = get(accept_encoding="br")["ETag"]
    again = Client().get(
        "/zh-hans/p/mask/", headers={"accept-encoding": "br", "if-none-match": f'"x", W/{etag}'}
    )
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    other_bytes = Client().get("/zh-hans/p/mask/", headers={"accept-encoding": "gzip", "if-none-match": etag})
    assert other_bytes.status_code == HTTPStatus.OK
    packed = other_bytes["ETag"]
    assert (
        Client().get("/zh-hans/p/mask/", headers={"accept-encoding": "gzip", "if-none-match": packed})["ETag"]
        == packed
    )
    WORDS["text"] = "two"
    caching.raise_now("catalog")
    assert get(accept_encoding="br", if_none_match=etag)["ETag"] != etag


def test_head_is_answered_from_the_same_page():
    length = get()["Content-Length"]
    response = Client().head("/zh-hans/p/mask/")
    assert (response.content, response["Content-Length"], WORDS["renders"]) == (b"", length, 1)


@pytest.mark.parametrize("name", ["catalog", "stock:mask", caching.EVERYTHING])
def test_a_change_is_seen_on_the_next_request(name):
    get()
    WORDS["text"] = "two"
    assert get().content.startswith(b"one mask")
    caching.raise_now(name)
    assert get().content.startswith(b"two mask")


def test_another_products_stock_leaves_the_page_alone():
    get()
    caching.raise_now("stock:serum")
    get()
    assert WORDS["renders"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_version_is_raised_by_the_commit_and_not_by_a_rollback():
    before = caching.version("catalog")
    with transaction.atomic():
        caching.bump("catalog")
        transaction.set_rollback(True)
    assert caching.version("catalog") == before
    with transaction.atomic():
        caching.bump("catalog")
        assert caching.version("catalog") == before
    assert caching.version("catalog") != before


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?utm_source=wechat&from=singlemessage&isappinstalled=0", b"one mask  False"),
        ("?x=1&q=%E9%9D%A2%E8%86%9C&x=2", b"one mask q=%E9%9D%A2%E8%86%9C False"),
        ("?q=", b"one mask  False"),
        ("?f_size=50&f_size=30&q=a", b"one mask f_size=30&f_size=50&q=a False"),
        ("?" + "&".join(f"x{n}=1" for n in range(90)), b"one mask  False"),
    ],
)
def test_only_parameters_that_the_view_names_reach_it(query, seen):
    assert get("/zh-hans/p/mask/" + query).content.startswith(seen)


def test_rubbish_in_the_query_makes_no_new_page():
    for n in range(5):
        get(f"/zh-hans/p/mask/?junk={n}&q=a")
    get("/zh-hans/p/mask/?q=a&utm_medium=x")
    assert WORDS["renders"] == 1


@pytest.mark.django_db
def test_who_is_signed_in_gets_the_page_of_everybody(django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create(email="li@example.com"))
    assert b" False " in client.get("/zh-hans/p/mask/").content
    assert client.get("/zh-hans/p/mask/").content == get().content
    assert WORDS["renders"] == 1


def test_a_page_with_a_token_in_it_is_sent_but_never_kept(caplog):
    first, second = Client().get("/zh-hans/form/"), Client().get("/zh-hans/form/")
    assert first.content != second.content
    assert WORDS["renders"] == 2
    assert "a marked page is personal" in caplog.text


def test_a_missing_page_is_not_kept():
    assert Client().get("/zh-hans/missing/").status_code == HTTPStatus.NOT_FOUND
    assert Client().get("/zh-hans/missing/").get("Cache-Control") is None


def ask_at_once(count=8):
    bodies, line = [], threading.Barrier(count)

    def ask():
        line.wait()
        bodies.append(get().content)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bodies


def test_without_the_flights_a_rush_renders_many_times(monkeypatch):
    monkeypatch.setattr(page_cache.flights, "lead", lambda key: True)
    monkeypatch.setattr(page_store, "fetch_or_lock", lambda key: None)
    WORDS["pause"] = 0.1
    ask_at_once()
    assert WORDS["renders"] > 1


def test_a_rush_on_a_new_page_renders_it_once():
    WORDS["pause"] = 0.1
    assert len(set(ask_at_once())) == 1
    assert WORDS["renders"] == 1


def test_another_process_waits_for_the_page_that_is_being_made():
    key = page_store.key_of("/zh-hans/p/rush/", caching.version("catalog"))
    assert page_store.fetch_or_lock(key) is None
    found = []
    waiting = threading.Thread(target=lambda: found.append(page_store.fetch_or_lock(key)))
    waiting.start()
    page_store.share(key, page_store.Page("d", [("A", "b")], page_store.pack(b"ready")))
    waiting.join()
    assert page_store.unpack(found[0].zipped) == b"ready"


def test_a_page_made_by_another_process_is_taken_from_redis():
    get()
    page_cache.memory.clear()
    get()
    assert WORDS["renders"] == 1


def test_a_change_during_an_answer_is_met_by_the_next_and_by_other_threads_at_once():
    made, elsewhere = [], []

    def ask():
        return caching.remembered(("changing",), ("catalog",), lambda: made.append(1) or len(made))

    with caching.one_look():
        before = ask()
        caching.raise_now("catalog")
        other = threading.Thread(target=lambda: elsewhere.append(ask()))
        other.start()
        other.join()
        during = ask()
    assert (before, elsewhere) == (1, [2])
    assert during == 2, "another thread has looked, and it is one memory"
    caching.raise_now("catalog")
    assert ask() == 3


def test_inside_one_look_an_answer_stays_with_what_it_began():
    with caching.one_look():
        before = caching.version("catalog")
        caching.raise_now("catalog")
        assert caching.version("catalog") == before
    assert caching.version("catalog") != before


def test_an_emptied_redis_brings_no_old_page_back():
    get()
    WORDS["text"] = "two"
    caching.redis_client().delete(*[caching.version_key(n) for n in ("catalog", "stock:mask", "everything")])
    caching.watch._ask_again_at = 0.0  # as a second later
    assert get().content.startswith(b"two")


@pytest.mark.usefixtures("_redis_gone")
def test_without_redis_every_answer_is_fresh():
    assert get().content.startswith(b"one")
    WORDS["text"] = "two"
    assert get(accept_encoding="br").content.startswith(b"two")


def test_after_a_broken_line_nothing_from_before_is_shown():
    get()
    host, port = caching.watch._line._sock.getsockname()
    caching.redis_client().client_kill(f"{host}:{port}")
    WORDS["text"] = "two"  # committed while nobody listened; its version was never raised
    assert get().content.startswith(b"two")  # without Redis
    caching.watch._try_again_at = 0.0  # as a second later
    assert get().content.startswith(b"two")
    assert get()["ETag"] == get()["ETag"]
    assert WORDS["renders"] == 3


@pytest.mark.usefixtures("_redis_gone")
def test_a_failed_raise_is_owed_and_never_stops_the_writer(caplog):
    caching.raise_now("catalog")
    assert caching._owed == {"catalog"}
    assert "cache versions not raised" in caplog.text


def test_a_hit_asks_neither_the_database_nor_redis(monkeypatch):
    get()
    caching.watch._ask_again_at = time.monotonic() + 60
    monkeypatch.setattr(caching, "redis_client", None)
    with connection.execute_wrapper(lambda *args: pytest.fail("a query on a hit")):
        get()
    assert WORDS["renders"] == 1


def test_memory_keeps_the_pages_used_last_within_its_bytes():
    memory = page_store.Memory(limit=10_000)
    pages = {n: page_store.Page(str(n), [], b"x" * 1000) for n in range(3)}
    for n, kept in pages.items():
        memory.put(n, kept)
    memory.get(0)
    memory.put(3, page_store.Page("3", [], b"x" * 1000))
    assert [memory.get(n) for n in range(4)] == [pages[0], None, pages[2], memory.get(3)]


def test_what_public_pages_pass_through_is_a_part_of_what_all_pass_through(settings):
    for part in (settings.PUBLIC_MIDDLEWARE, settings.MACHINE_MIDDLEWARE):
        order = [settings.MIDDLEWARE.index(name) for name in part]
        assert order == sorted(order)


def test_a_public_page_is_guarded_by_the_same_headers_as_a_personal_one():
    own = ("Vary", "ETag", "Cache-Control", "CDN-Cache-Control", "Content-Length")
    made, personal = Client().get("/ko/p/mask/"), Client().get("/ko/personal/")
    for name in [name for name in personal.headers if name not in own]:
        assert made.headers[name] == personal.headers[name], name
    assert made.headers["Content-Language"] == "ko"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/zh-hans/personal/", "/ko/personal/", "/machine/", "/zh-hans/p/mask/"])
def test_where_an_address_leads_is_found_out_once(monkeypatch, address):
    asked, resolve = [], URLResolver.resolve
    root = get_resolver()

    def note(resolver, path):
        asked.extend([path] if resolver is root else [])
        return resolve(resolver, path)

    monkeypatch.setattr(URLResolver, "resolve", note)
    statuses = []
    environ = RequestFactory()._base_environ(PATH_INFO=address)
    application(environ, lambda status, headers: statuses.append(status)).close()
    assert (statuses, asked) == (["200 OK"], [address])
