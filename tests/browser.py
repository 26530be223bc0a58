"""Chromium, driven by Playwright, which notes every request that leaves this machine and every refused script."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OURS = {"127.0.0.1", "localhost", "testserver", ""}


class Browser:
    def __init__(self):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            pytest.fail(
                "No Chromium on the PATH: sudo apt-get install chromium fonts-noto-cjk (Ubuntu: chromium-browser).",
                pytrace=False,
            )
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the tests
        self._playwright = sync_playwright().start()
        self._how = {"executable_path": program, "args": ["--no-sandbox"]}
        self._chromium = self._playwright.chromium.launch(**self._how)

    def context(self, **options):
        return self._chromium.new_context(**options)

    def started_on(self, profile):
        """A context of a browser of its own, which leaves in the folder `profile` what it keeps."""
        return self._playwright.chromium.launch_persistent_context(profile, **self._how)

    def close(self):
        self._chromium.close()
        self._playwright.stop()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


class Watched:
    """A page in a context of its own. Leaving it fails if anything went to a host that is not ours."""

    def __init__(self, browser: Browser, *, width: int, height: int, **options):
        self._context = browser.context(
            viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        self.foreign: list[str] = []
        self.refused: list[str] = []
        self._context.on("request", self._note_request)
        self._context.on("console", self._note_console)
        self._context.set_default_timeout(10_000)

    def _note_request(self, request):
        if (urlsplit(request.url).hostname or "") not in OURS:
            self.foreign.append(request.url)

    def _note_console(self, message):
        if message.type == "error" and "Content Security Policy" in message.text:
            self.refused.append(message.text)

    def __enter__(self):
        return self._context.new_page()

    def __exit__(self, *failure):
        self._context.close()
        faults = [f"asked another host: {url}" for url in self.foreign] + self.refused
        if faults and failure == (None, None, None):
            raise AssertionError("\n".join(faults))


def accessibility_faults(page) -> list[str]:
    """What axe finds on the page as it stands: rule and the elements at fault."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']]}" for fault in found]


def sign_in(page, live_mall, user) -> None:
    """As a shopper, without the page that asks for a code."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_mall}])
