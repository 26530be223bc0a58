"""What a test committed, taken back: all tables emptied, and what migrating had left in them put there again.

Django's flush gives each of ninety tables a new file, full or not, and has every app work out again what
it wants to be there: 150 ms behind each such test.
"""

from functools import cache

from django.db import connection, transaction

MUCH = 8_000_000  # bytes, dead rows of tests before among them: from here on new files are cheaper


def keep_what_is_there() -> None:
    """Copy what the tables hold once they are migrated."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept")
        for table in _tables():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')


def put_back(_test) -> None:
    """Takes the place of a flush. Foreign keys are looked at behind all of it: Django's are deferred."""
    with transaction.atomic(), connection.cursor() as cursor:
        named = [f'"{table}"' for table in _tables()]
        cursor.execute("SELECT sum(pg_relation_size(name::regclass)) FROM unnest(%s) name", [named])
        [size] = cursor.fetchone()
        if size < MUCH:
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in named))
        else:
            cursor.execute(f"TRUNCATE {', '.join(named)}")
        cursor.execute("; ".join(f'INSERT INTO "{table}" SELECT * FROM kept."{table}"' for table in _kept()))


@cache
def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


@cache
def _kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
        return [name for (name,) in cursor.fetchall()]
