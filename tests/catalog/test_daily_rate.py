import datetime
import http.server
import json
import threading
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate
from catalog.rates import NoRatePublished, demo_rate, fetch_rate
from catalog.signals import product_changed

DAY = datetime.date(2026, 11, 24)


@pytest.fixture
def heard():
    changes = []

    def listen(**change):
        changes.append((change["product_ids"], change["kinds"]))

    product_changed.connect(listen)
    yield changes
    product_changed.disconnect(listen)


@pytest.fixture
def bank(settings):
    """The bank's server: answers every question with `bank.rows`, and keeps what was asked."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            body = json.dumps(self.server.rows).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.asked, server.rows = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.RATE_SOURCE, settings.KOREAEXIM_KEY = "koreaexim", "key"
    settings.KOREAEXIM_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_days_rate_is_fetched_once_and_changes_every_price(heard):
    first, again = fetch_rate(DAY), fetch_rate(DAY)
    assert first == again
    assert (first.date, first.rate, first.source) == (DAY, demo_rate(DAY), "demo")
    assert heard == [(None, {"price"})]


@pytest.mark.django_db
def test_the_banks_won_for_a_yuan_are_turned_round(bank):
    bank.rows = [{"cur_unit": "USD", "deal_bas_r": "1,390.1"}, {"cur_unit": "CNH", "deal_bas_r": "192.35"}]
    assert fetch_rate(DAY).rate == Decimal("0.0051988563")
    assert bank.asked == ["/site/program/financial/exchangeJSON?authkey=key&searchdate=20261124&data=AP01"]


@pytest.mark.django_db
def test_a_day_on_which_the_bank_publishes_nothing_gets_no_row(bank):
    with pytest.raises(NoRatePublished):
        fetch_rate(DAY)
    assert not ExchangeRate.objects.exists()
