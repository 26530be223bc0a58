import pytest

from tests.partners.mall import Sandbox


@pytest.fixture
def sandbox(tmp_path):
    mall = Sandbox(tmp_path / "mall").start()
    yield mall
    mall.stop()
