"""Connections are lent to threads: one that ends gives its own back for the next.

An app answers every click in a thread of its own. To connect costs more than most answers, and a fresh connection has
read nothing yet.
"""

import sqlite3
from collections import deque
from pathlib import Path
from typing import NamedTuple

from corpus.store.schema import SCHEMA_VERSION, connect, plain_errors


class Opened(NamedTuple):
    """A connection and which file it is to: another may have been put in its place since."""

    db: sqlite3.Connection
    file: tuple[int, int]


class Lent:
    """A connection while a thread has it. Kept in that thread's own storage, it goes back when the thread ends."""

    def __init__(self, opened: Opened, idle: deque[Opened]) -> None:
        self.opened = opened
        self._idle = idle

    def __del__(self) -> None:
        if self.opened.db.in_transaction:
            self.opened.db.rollback()
        self._idle.append(self.opened)


def take(idle: deque[Opened], path: Path) -> Opened:
    """An idle connection to the file at this path, or a new one. Raises what ``connect`` raises."""
    while idle:
        try:
            opened = idle.pop()
        except IndexError:  # another thread took the last one meanwhile
            break
        with plain_errors(path):
            if opened.file == _identify(path) and _is_current(opened.db):
                return opened
        opened.db.close()
    db = connect(path)
    return Opened(db, _identify(path))


def _identify(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _is_current(db: sqlite3.Connection) -> bool:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version == SCHEMA_VERSION
