import pytest

from tests.factories.catalog import daily_terms
from tests.factories.partners import partner_mall
from tests.partners.mall import Sandbox


@pytest.fixture
def sandbox(tmp_path):
    mall = Sandbox(tmp_path / "mall").start()
    yield mall
    mall.stop()


@pytest.fixture
def mall(sandbox):
    """I Get Mall, played by the sandbox, on a day that has prices."""
    daily_terms()
    return partner_mall(sandbox.url)
