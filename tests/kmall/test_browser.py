"""The watch that every browser test keeps."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tests.browser import Watched
from tests.every_width import Look


def leaky(request):
    return HttpResponse('<link rel="icon" href="data:,"><img src="https://cdn.example.com/a.png">')


def faulty(request):
    """Everything that a look is for is wrong with it."""
    html = """<!doctype html><html lang="ko"><title>x</title><link rel="icon" href="data:,"><body><main><h1>제목</h1>
        <p>中文 <q lang="zh">中文</q> left untranslated <code>left untranslated</code> <font color="#eeeeee">연한 글</font>
        <table width="900"><tr><td>넓은 표</table><input>"""
    return HttpResponse(html, status=404)


urlpatterns = [path("leaky/", leaky), path("faulty/", faulty)]


def test_a_request_to_another_host_fails_the_test(live_mall, browser, settings):
    settings.ROOT_URLCONF = __name__
    watched = Watched(browser, width=390, height=844)
    watched.__enter__().goto(f"{live_mall}/leaky/")
    with pytest.raises(AssertionError, match=r"cdn\.example\.com/a\.png"):
        watched.__exit__(None, None, None)


def test_a_look_notes_each_kind_of_fault(live_mall, desktop, settings):
    settings.ROOT_URLCONF = __name__
    look = Look(desktop, live_mall)
    look.at("/faulty/", "本页", "zh-hans")
    assert [fault.removeprefix("/faulty/: ").split("[")[0].strip() for fault in look.faults] == [
        "status 404",
        "says that it is in 'ko'",
        "does not say '本页'",
        "not in its language:",
        "wider than 390 px",
        "at 390 px label:",
        "at 1280 px color-contrast:",
        "at 1280 px label:",
    ]
    assert look.faults[3].endswith("['中文', 'left untranslated']")


def test_a_thorough_look_sees_colours_at_both_widths_once_for_an_address(live_mall, desktop, settings):
    settings.ROOT_URLCONF = __name__
    look = Look(desktop, live_mall, thorough=True)
    for _ in range(2):
        look.at("/faulty/", "", "ko", status=404)
    found = [fault.split(": [")[0] for fault in look.faults if "contrast" in fault]
    assert found == ["/faulty/: at 390 px color-contrast", "/faulty/: at 1280 px color-contrast"]
