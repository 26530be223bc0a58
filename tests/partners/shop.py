"""Our side over HTTP inside a test's own transaction: what it has not committed is read, and nothing is left of it."""

import threading
from contextlib import ExitStack, contextmanager
from unittest import mock

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler


class Shop(ThreadedWSGIServer):
    """Answers on the connections of whoever started it, who waits meanwhile for what asked here."""

    daemon_threads = True

    def _close_connections(self):
        """They are the test's."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def open_shop():
    of_this_thread = {connection.alias: connection for connection in connections.all()}
    shop = Shop(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override=of_this_thread)
    shop.set_app(WSGIHandler())
    with ExitStack() as kept:
        for connection in of_this_thread.values():
            connection.inc_thread_sharing()
            kept.callback(connection.dec_thread_sharing)
            # with a request that ends they would end
            kept.enter_context(mock.patch.object(connection, "close_if_unusable_or_obsolete"))
        threading.Thread(target=shop.serve_forever, daemon=True).start()
        yield shop
        shop.shutdown()
        shop.server_close()
