"""What a mall knows, in one SQLite file, so that it can be stopped and started like the real thing."""

import contextlib
import json
import sqlite3
import threading

SCHEMA = """
create table if not exists nonces (nonce text primary key, at real not null);
create table if not exists faults (kind text primary key, left_over integer not null, seconds real not null);
create table if not exists log (
    id integer primary key, at text not null, method text not null, code text not null, detail text not null);
create table if not exists numbers (name text primary key, value integer not null);
"""
LOG_ROWS = 2000


class State:
    """One connection for all threads; `with state.write():` is a transaction that no other thread enters."""

    def __init__(self, file, schema):
        """`schema`: the mall's own tables, beside nonces, faults, log and numbers, which all have."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA + schema)

    @contextlib.contextmanager
    def write(self):
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def rows(self, sql, *values):
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql, *values):
        return next(iter(self.rows(sql, *values)), None)

    def count(self, sql, *values):
        return self.row(sql, *values)[0]

    def do(self, sql, *values):
        """Run a changing statement; the number of rows it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def forget(self):
        """Begin anew, as if nobody had ever called."""
        with self.write():
            for row in self.rows("select name from sqlite_master where type = 'table'"):
                self.do(f"delete from {row['name']}")

    def next_number(self, name):
        sql = "insert into numbers values (?, 1) on conflict do update set value = value + 1 returning value"
        with self._lock:
            return self._db.execute(sql, (name,)).fetchone()[0]

    def use_nonce(self, nonce, now, seconds):
        """Whether a nonce is new; it is remembered for so many seconds. `now`: a Unix time."""
        with self.write():
            self.do("delete from nonces where at < ?", now - seconds)
            return self.do("insert or ignore into nonces values (?, ?)", nonce, now) == 1

    def note(self, at, method, code, detail):
        """Write in the log what came in; `detail` is a dict without any shopper's data."""
        with self.write():
            text = json.dumps(detail, ensure_ascii=False)
            self.do("insert into log (at, method, code, detail) values (?, ?, ?, ?)", at, method, code, text)
            self.do("delete from log where id <= (select max(id) from log) - ?", LOG_ROWS)
