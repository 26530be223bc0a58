"""The watch that every browser test keeps."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tests.browser import Watched


def leaky(request):
    return HttpResponse('<link rel="icon" href="data:,"><img src="https://cdn.example.com/a.png">')


urlpatterns = [path("leaky/", leaky)]


def test_a_request_to_another_host_fails_the_test(live_mall, browser, settings):
    settings.ROOT_URLCONF = __name__
    watched = Watched(browser, width=390, height=844)
    watched.__enter__().goto(f"{live_mall}/leaky/")
    with pytest.raises(AssertionError, match=r"cdn\.example\.com/a\.png"):
        watched.__exit__(None, None, None)
