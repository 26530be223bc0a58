"""What every test starts from: servers, settings of the test run, a browser that watches where it is sent."""

import contextlib
import functools
import os

from tests import servers

servers.provide()  # before Django reads the environment
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmall.settings")

import django
import pytest
from django.conf import settings as project
from hypothesis import settings as hypothesis

from kmall import translations
from kmall.celery import app

# The same examples every time, so that a change is judged by itself and not by luck; `make seek` draws others.
hypothesis.register_profile("steady", derandomize=True, deadline=None)
hypothesis.register_profile("seek", max_examples=2000, deadline=None)
hypothesis.load_profile("steady")

translations.compile_catalogues(project.BASE_DIR)
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # tests need no collected files
project.STORAGES = {**project.STORAGES, "staticfiles": plain}
project.STATIC_ROOT = None  # nor each client of a test a list of them
django.setup()
# A parallel worker inherits the environment, and would read the settings before it has its own Redis.
os.environ.pop("DJANGO_SETTINGS_MODULE")

from django.core.cache import cache
from django.test import TransactionTestCase

from kmall import caching
from partners.pull_feed import pages_read
from tests import emptying, templates
from tests.browser import Browser, Watched
from tests.partners.mall import Sandbox
from tests.worker import Worker

TransactionTestCase._fixture_teardown = emptying.put_back
pages_read.AFTER = 0  # a thread of its own sees nothing of what a test has not committed


def pytest_addoption(parser):
    parser.addoption(
        "--mall", default="", help="module with the MALL that tests of every mall are played with"
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Parallel workers migrate once for all of them; one alone does so for itself."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        yield
        return
    with django_db_blocker.unblock(), templates.shared(worker["testrunuid"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        emptying.keep_what_is_there()


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits and cached pages of one test are not those of the next."""
    cache.clear()
    caching.raise_now(caching.EVERYTHING)


@pytest.fixture
def tasks_at_once():
    """Celery tasks run where they are called."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def worker(transactional_db):
    """A real Celery worker on this test's database and Redis: `worker.kill()`, `worker.start()`."""
    worker = Worker()
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def live_mall(live_server, settings, tasks_at_once):
    """The mall over HTTP, in this process: its address. Tasks run at once; commits are real."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture(scope="session")
def stands(tmp_path_factory):
    """`stands(mall, **options)`: a partner mall's stand-in as `Sandbox` starts it, as if nobody had ever called.

    One process serves all tests that ask for the same: each has to start Python.
    """
    with contextlib.ExitStack() as running:

        @functools.cache
        def played(mall, **options):
            return running.enter_context(Sandbox(tmp_path_factory.mktemp(mall), mall=mall, **options))

        yield lambda mall, **options: played(mall, **options).begin_anew()


@pytest.fixture
def sandbox(stands):
    """I Get Mall's stand-in."""
    return stands("igetmall")


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def phone(browser):
    """A page 390 px wide, as shoppers see the mall. It fails if a request left for another host."""
    with Watched(browser, width=390, height=844, has_touch=True, is_mobile=True) as page:
        yield page


@pytest.fixture
def desktop(browser):
    """A page 1280 px wide, watched like `phone`."""
    with Watched(browser, width=1280, height=800) as page:
        yield page
