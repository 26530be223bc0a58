"""Migrating takes as long as hundreds of tests: of the processes of a run one does it, the others copy."""

import contextlib
from collections.abc import Iterator

import psycopg2
from django.db import connection


@contextlib.contextmanager
def shared(run: str) -> Iterator[None]:
    """Inside, a test database is made as a copy of what the first process of this run has migrated.

    `run`: its name. Whoever comes once the template is gone makes it again.
    """
    creation, test = connection.creation, connection.settings_dict["TEST"]
    own, template, ours = test["NAME"], f"test_template_{run}", connection.settings_dict["NAME"]
    with _server() as ask:
        ask("select pg_advisory_lock(hashtext(%s))", template)
        if not ask("select 1 from pg_database where datname = %s", template):
            test["NAME"] = template
            creation.create_test_db(verbosity=0, autoclobber=True)
            connection.close()
            connection.settings_dict["NAME"] = ours
    test |= {"NAME": own, "TEMPLATE": template}
    yield
    with _server() as ask:
        ask(f'drop database if exists "{template}" with (force)')


@contextlib.contextmanager
def _server():
    """A function to ask the server with; what it locks is free at the end."""
    with contextlib.closing(psycopg2.connect(**_address(), dbname="postgres")) as server:
        server.autocommit = True

        def ask(statement, *values):
            with server.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

        yield ask


def _address() -> dict:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {name: connection.settings_dict[key] for name, key in names.items()}
