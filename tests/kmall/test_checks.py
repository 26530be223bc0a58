"""A server that could not search Korean and Chinese is refused."""

import psycopg2
import pytest
from django.db import connection, connections
from django.db.utils import ConnectionHandler

from kmall import checks


@pytest.fixture
def database_in_plain_c():
    """A database whose locale is C, as on many a server set up in haste."""
    given = connection.settings_dict
    server = psycopg2.connect(
        dbname="postgres",
        user=given["USER"],
        password=given["PASSWORD"],
        host=given["HOST"],
        port=given["PORT"],
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS plain_c")
        cursor.execute("CREATE DATABASE plain_c TEMPLATE template0 LOCALE 'C'")
    handler = ConnectionHandler({"default": {**connections.settings["default"], "NAME": "plain_c"}})
    with handler["default"].cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
    yield handler
    handler["default"].close()
    with server.cursor() as cursor:
        cursor.execute("DROP DATABASE plain_c")
    server.close()


def test_a_database_in_plain_c_is_refused(db, database_in_plain_c, monkeypatch):
    monkeypatch.setattr(checks, "connections", database_in_plain_c)
    (fault,) = checks.trigrams_of_korean_and_chinese(None, databases=["default"])
    assert (fault.id, "C.UTF-8" in fault.hint) == ("kmall.E002", True)


def test_the_database_of_the_tests_is_accepted(db):
    assert checks.trigrams_of_korean_and_chinese(None, databases=["default"]) == []
