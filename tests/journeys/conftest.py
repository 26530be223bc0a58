"""The whole mall for a journey: web server, worker, partner mall and cashier, each a process or server of its own."""

import pytest

from kmall import inbox
from tests.browser import Watched
from tests.factories.catalog import daily_terms
from tests.factories.orders import freight_rule
from tests.factories.partners import listable, partner_mall
from tests.orders.conftest import alipay, alipay_process
from tests.worker import Worker

__all__ = ["alipay", "alipay_process"]


@pytest.fixture
def mall(transactional_db, live_server, settings, alipay):
    """The shop's address; tasks go to a real worker through the broker."""
    settings.SITE_URL = live_server.url
    settings.DEV_INBOX, settings.EMAIL_BACKEND = True, "kmall.mail.InboxBackend"
    inbox.empty()
    daily_terms()
    freight_rule()
    worker = Worker(changed=["SITE_URL", "DEV_INBOX", "EMAIL_BACKEND"])
    worker.start()
    yield live_server.url
    worker.stop()


@pytest.fixture
def igetmall(mall, stands):
    """I Get Mall as its own server, opened as a partner."""
    sandbox = stands("igetmall", shop_url=mall)
    sandbox.partner = partner_mall(sandbox.url)
    return sandbox


@pytest.fixture
def product(igetmall):
    product = listable(8, name_ko="순담 설기 마스크팩", name_zh_hans="纯淡 雪肌面膜")
    type(product).objects.filter(pk=product.pk).update(description_zh_hans="晨起洁面后敷十五分钟。")
    return product


@pytest.fixture
def on_phone(browser):
    """A phone of one's own for each person: `with on_phone() as page`."""
    return lambda: Watched(browser, width=390, height=844, has_touch=True, is_mobile=True)
