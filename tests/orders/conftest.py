import pytest

from tests.factories.catalog import daily_terms
from tests.factories.orders import freight_rule
from tests.orders.alipay import Sandbox


@pytest.fixture
def open_shop(db):
    """A day on which the mall can quote: rate, policy, freight of ¥12 and ¥6, free from ¥199."""
    daily_terms()
    freight_rule()


@pytest.fixture(scope="session")
def alipay_process(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("alipay")).start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def alipay(alipay_process, settings):
    """The payment sandbox, as our settings know it; without faults."""
    settings.ALIPAY_GATEWAY = alipay_process.gateway
    settings.ALIPAY_PRIVATE_KEY_FILE = alipay_process.folder / "merchant_private.pem"
    settings.ALIPAY_PUBLIC_KEY_FILE = alipay_process.folder / "alipay_public.pem"
    for fault in alipay_process.state()["faults"]:
        alipay_process.fault(fault["kind"], count=0)
    return alipay_process
