"""What the mall knows, in one SQLite file: items, keys, nonces, orders, notices, faults, a log."""

import contextlib
import json
import sqlite3
import threading

SCHEMA = """
create table if not exists items (
    out_id text primary key, number integer not null, state text not null,
    content_version integer not null default 0, offer_version integer not null default 0,
    content text, offer text, due real not null default 0, key text not null default '',
    shown_content text, shown_offer text,
    shown_content_version integer not null default 0, shown_offer_version integer not null default 0,
    shown_at real);
create index if not exists items_state on items (state, shown_at desc);
create table if not exists keys (key text primary key);
create table if not exists nonces (nonce text primary key, at real not null);
create table if not exists orders (
    order_id text primary key, state text not null, updated_at text not null, body text not null,
    out_order_id text not null default '', refusal text not null default '',
    parcels text not null default '{}');
create index if not exists orders_updated on orders (updated_at, order_id);
create table if not exists refunds (
    order_id text not null, refund_no text not null, fen integer not null, body text not null,
    primary key (order_id, refund_no));
create table if not exists notices (
    id integer primary key, order_id text not null, body text not null, tries integer not null default 0,
    due real not null, answer text not null default '');
create table if not exists faults (kind text primary key, left_over integer not null, seconds real not null);
create table if not exists log (
    id integer primary key, at text not null, method text not null, code text not null, detail text not null);
create table if not exists numbers (name text primary key, value integer not null);
"""
LOG_ROWS = 2000


class State:
    """One connection for all threads; `with state.write():` is a transaction that no other thread enters."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / "igetmall.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)

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

    def next_number(self, name):
        sql = "insert into numbers values (?, 1) on conflict do update set value = value + 1 returning value"
        with self._lock:
            return self._db.execute(sql, (name,)).fetchone()[0]

    def use_nonce(self, nonce, now, seconds):
        with self.write():
            self.do("delete from nonces where at < ?", now - seconds)
            return self.do("insert or ignore into nonces values (?, ?)", nonce, now) == 1

    def note(self, at, method, code, detail):
        with self.write():
            text = json.dumps(detail, ensure_ascii=False)
            self.do("insert into log (at, method, code, detail) values (?, ?, ?, ?)", at, method, code, text)
            self.do("delete from log where id <= (select max(id) from log) - ?", LOG_ROWS)
