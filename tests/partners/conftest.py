import pytest

from tests.factories.catalog import daily_terms
from tests.factories.partners import ningbo_mall, partner_mall, shanghai_mall
from tests.partners.mall import Sandbox


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "mall") as played:
        yield played


@pytest.fixture
def mall(sandbox):
    """I Get Mall, played by the sandbox, on a day that has prices."""
    daily_terms()
    return partner_mall(sandbox.url)


@pytest.fixture
def yonggou(tmp_path):
    """The stand-in of Ningbo; it works through messages as they come."""
    with Sandbox(tmp_path / "ningbo", mall="ningbo") as played:
        yield played


@pytest.fixture
def ningbo(yonggou):
    """Yonggou of Ningbo, played by its stand-in, on a day that has prices."""
    daily_terms()
    return ningbo_mall(yonggou.url)


@pytest.fixture
def pujiang(tmp_path, live_server, settings):
    """The stand-in of Shanghai, which reads our feed over HTTP when a test tells it to."""
    settings.SITE_URL = live_server.url
    with Sandbox(tmp_path / "shanghai", live_server.url, mall="shanghai", interval=0) as played:
        yield played


@pytest.fixture
def shanghai(pujiang):
    """Pujiang Select of Shanghai, played by its stand-in, on a day that has prices."""
    daily_terms()
    return shanghai_mall(pujiang.url)
