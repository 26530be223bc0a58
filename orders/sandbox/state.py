"""What the provider knows, in one SQLite file: trades, refunds, notices with what was answered, faults."""

import contextlib
import sqlite3
import threading

SCHEMA = """
CREATE TABLE IF NOT EXISTS trade (
    trade_no TEXT PRIMARY KEY, out_trade_no TEXT UNIQUE NOT NULL, status TEXT NOT NULL, fen INTEGER NOT NULL,
    subject TEXT NOT NULL, method TEXT NOT NULL, notify_url TEXT NOT NULL, return_url TEXT NOT NULL,
    quit_url TEXT NOT NULL, time_expire TEXT NOT NULL, created TEXT NOT NULL, paid TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS refund (
    out_trade_no TEXT NOT NULL, out_request_no TEXT NOT NULL, fen INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (out_trade_no, out_request_no));
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, parameters TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    next_at REAL, answer TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS fault (kind TEXT PRIMARY KEY, count INTEGER NOT NULL, seconds REAL NOT NULL);
"""


class State:
    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            folder / "state.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def change(self):
        """All or nothing, one at a time."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, sql, *values):
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql, *values):
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def row(self, sql, *values):
        return next(iter(self.rows(sql, *values)), None)

    def trade(self, out_trade_no):
        return self.row("SELECT * FROM trade WHERE out_trade_no = ?", out_trade_no)

    def refunded(self, out_trade_no):
        return self.row(
            "SELECT coalesce(sum(fen), 0) AS fen FROM refund WHERE out_trade_no = ?", out_trade_no
        )["fen"]

    def fault(self, kind):
        """Use a fault once: its seconds, or None when it is not switched on."""
        with self._lock:
            row = self.row("SELECT * FROM fault WHERE kind = ? AND count > 0", kind)
            if row is None:
                return None
            self.run("UPDATE fault SET count = count - 1 WHERE kind = ?", kind)
            return row["seconds"]
