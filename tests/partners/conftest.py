from functools import partial

import pytest

from partners.connectors import transport
from partners.connectors.connector import Page
from partners.connectors.igetmall import IGetMall
from tests.factories.catalog import daily_terms
from tests.factories.partners import changed, listable, ningbo_mall, partner_mall, shanghai_mall
from tests.factories.people import kita_officer
from tests.partners.convergence import converge, pull_orders
from tests.partners.feed_reader import Reader
from tests.partners.played import malls
from tests.partners.selling import ask_for_return, buy
from tests.partners.shop import open_shop


def pytest_generate_tests(metafunc):
    """A test of every mall is played with each in turn whose connector says that it can what the test needs."""
    is_said = any("played" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "played" in metafunc.fixturenames and not is_said:
        needed = [what for mark in metafunc.definition.iter_markers("needs") for what in mark.args]
        found = malls(metafunc.config.getoption("mall"))
        able = [name for name, one in found.items() if all(what in one.can for what in needed)]
        metafunc.parametrize("played", able, indirect=True)


@pytest.fixture(autouse=True)
def _no_clock_of_an_earlier_mall():
    """A stand-in may get the port of one whose clock was wrong: what was learnt of that is kept by address."""
    transport.made.cache_clear()


@pytest.fixture
def officer(db):
    return kita_officer()


@pytest.fixture
def kita(client, officer):
    """The desk as an officer of KITA has it."""
    client.force_login(officer)
    return client


@pytest.fixture
def desk_in_english(client):
    client.cookies["desk_language"] = "en"


@pytest.fixture
def played(request):
    """How the mall of a test of every mall is played."""
    return malls(request.config.getoption("mall"))[request.param]


@pytest.fixture(scope="session")
def _open_shop(django_db_setup):
    with open_shop() as shop:
        yield shop


@pytest.fixture
def shop(request, _open_shop):
    """Our side over HTTP, for a mall that reads while the test waits for it, in the test's transaction.

    Not for a browser, which asks for pictures when it likes: on the connection that the test is using.
    """
    assert "browser" not in request.fixturenames, "pages of a mall in a browser lead to `live_mall`"
    return _open_shop


@pytest.fixture
def stand_in(request, played, stands):
    """The stand-in of each mall in turn, as if nobody had ever called."""
    if "feed" not in played.can:
        return stands(played.stand, **played.options)
    url = request.getfixturevalue("settings").SITE_URL = request.getfixturevalue("shop").url
    return stands(played.stand, shop_url=url, **played.options)


@pytest.fixture
def each_mall(played, stand_in):
    """Each mall in turn, on a day that has prices; it earns the 8 % that its stand-in reckons with."""
    daily_terms()
    return played.open(stand_in.url, commission="0.0800")


@pytest.fixture
def come_to_rest(played, stand_in, each_mall):
    """Work until nothing is due any more at each mall; one that pulls reads, and says what it keeps."""

    def reads():
        for _ in range(2 if "feed" in played.can else 0):
            stand_in.operate("/operator/pull/")

    return partial(converge, each_mall, reads)


@pytest.fixture
def mall(sandbox):
    """I Get Mall, played by the sandbox, on a day that has prices."""
    daily_terms()
    return partner_mall(sandbox.url)


@pytest.fixture
def yonggou(stands):
    """The stand-in of Ningbo; it works through messages as they come."""
    return stands("ningbo")


@pytest.fixture
def ningbo(yonggou):
    """Yonggou of Ningbo, played by its stand-in, on a day that has prices."""
    daily_terms()
    return ningbo_mall(yonggou.url)


@pytest.fixture
def pujiang(stands, shop, settings):
    """The stand-in of Shanghai, which reads our feed over HTTP when a test tells it to."""
    settings.SITE_URL = shop.url
    return stands("shanghai", shop_url=shop.url, calls_a_second=1000, interval=0)


@pytest.fixture
def shanghai(pujiang):
    """Pujiang Select of Shanghai, played by its stand-in, on a day that has prices."""
    daily_terms()
    return shanghai_mall(pujiang.url)


@pytest.fixture
def reader(client):
    """A mall that reads our feed, by hand and inside this process."""
    return Reader(client)


@pytest.fixture
def goods(mall):
    """Five products that the mall shows."""
    goods = [listable() for _ in range(5)]
    for product in goods:
        changed(product, "state")
    converge(mall)
    return goods


@pytest.fixture
def pair(mall):
    """Two products of two sellers, five units each."""
    return [listable(on_hand=5), listable(on_hand=5)]


@pytest.fixture
def bought(sandbox, mall, pair):
    """Two units of each, placed and confirmed."""
    bought = buy(sandbox, *pair, quantity=2)
    pull_orders(mall)
    return bought


@pytest.fixture
def returned(sandbox, mall, bought):
    """A return of one unit of the first product, after both parcels left."""
    return ask_for_return(sandbox, mall, bought)


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of two items, with a cursor each; the pages that were asked for."""
    whole, asked = IGetMall.walk, []

    def walk(self, cursor):
        asked.append(cursor)
        rows, start = whole(self, "").rows, int(cursor or 0)
        return Page(rows[start : start + 2], str(start + 2) if start + 2 < len(rows) else "")

    monkeypatch.setattr(IGetMall, "walk", walk)
    return asked
