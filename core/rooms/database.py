"""Where rooms are kept: one SQLite file in the lab's folder, with a write-ahead log, so that readers never wait."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from core.lab.paths import home
from core.rooms.codes import RoomError

KEPT_DAYS = 30  # after its last question a room is deleted when the next one is opened
_PATIENCE = 5.0  # seconds that a writer waits for another one

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
    code TEXT PRIMARY KEY, salt TEXT NOT NULL, teacher TEXT NOT NULL, opened REAL NOT NULL, used REAL NOT NULL,
    is_closed INTEGER NOT NULL DEFAULT 0, is_paused INTEGER NOT NULL DEFAULT 0, shows_names INTEGER NOT NULL DEFAULT 0,
    n_sent INTEGER NOT NULL DEFAULT 0, address TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS seats (
    code TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, mark TEXT NOT NULL, nickname TEXT NOT NULL DEFAULT '',
    is_ready INTEGER NOT NULL DEFAULT 0, taken REAL NOT NULL, PRIMARY KEY (code, mark)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS votes (
    code TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, number INTEGER NOT NULL, ballot TEXT NOT NULL,
    phase TEXT NOT NULL, PRIMARY KEY (code, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    code TEXT NOT NULL, number INTEGER NOT NULL, round INTEGER NOT NULL, mark TEXT NOT NULL, option INTEGER NOT NULL,
    PRIMARY KEY (code, number, round, mark),
    FOREIGN KEY (code, number) REFERENCES votes ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS works (
    code TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, number INTEGER NOT NULL, kind TEXT NOT NULL,
    title TEXT NOT NULL, experiment TEXT NOT NULL, phase TEXT NOT NULL, after_vote INTEGER NOT NULL,
    PRIMARY KEY (code, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    code TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, label TEXT NOT NULL, run TEXT NOT NULL,
    is_begun INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (code, number, part),
    FOREIGN KEY (code, number) REFERENCES works ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hands (
    code TEXT NOT NULL, number INTEGER NOT NULL, mark TEXT NOT NULL, part INTEGER NOT NULL,
    PRIMARY KEY (code, number, mark),
    FOREIGN KEY (code, number, part) REFERENCES parts ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bets (
    code TEXT NOT NULL, number INTEGER NOT NULL, mark TEXT NOT NULL, bet TEXT NOT NULL,
    PRIMARY KEY (code, number, mark),
    FOREIGN KEY (code, number) REFERENCES works ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handed (
    code TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (code, number, part),
    FOREIGN KEY (code, number, part) REFERENCES parts ON DELETE CASCADE) WITHOUT ROWID;
"""
_LAST = "handed"  # of the tables: a file of an earlier version of the lab has none


def path() -> Path:
    """The file; beside it lie SQLite's ``-wal`` and ``-shm`` while somebody has it open."""
    return home() / "rooms.db"


@contextlib.contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """A connection that only reads, and sees the rooms as they stood at one moment.

    Raises
    ------
    RoomError
        If the file can't be read.
    """
    with _connection() as db:
        db.execute("BEGIN")
        yield db


@contextlib.contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """A transaction: all of it is in the file at the end, also after a power cut, or none of it.

    Raises
    ------
    RoomError
        If the file can't be written.
    """
    with _connection() as db:
        db.execute("BEGIN IMMEDIATE")  # whoever reads first and writes then would be refused beside another writer
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def forget_old(db: sqlite3.Connection) -> None:
    """Delete the rooms that nobody has used for ``KEPT_DAYS``."""
    db.execute("DELETE FROM rooms WHERE used < ?", (time.time() - KEPT_DAYS * 86_400,))


@contextlib.contextmanager
def _connection() -> Iterator[sqlite3.Connection]:
    file = path()
    try:
        is_new = not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = FULL")
            if is_new:
                db.execute("PRAGMA journal_mode = WAL")
                file.chmod(0o600)
            if is_new or not _has_schema(db):
                db.executescript(_SCHEMA)
            yield db
        finally:
            db.close()
    except (sqlite3.Error, OSError) as error:
        raise RoomError(f"The rooms' file {file} can't be used: {error}. Is the disk full, or not writable?") from error


def _has_schema(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_LAST,)).fetchone() is not None
