"""Stores of cached replies: in memory, and in an SQLite file that processes share."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError
from god_llm.middleware.shared import SharedState

if TYPE_CHECKING:
    import sqlite3

__all__ = ["CacheStore", "MemoryStore", "SQLiteStore", "check_bounds", "warn_unusable"]

_LOGGER: Final = logging.getLogger("god_llm.cache")

DAY: Final = 24 * 60 * 60.0
LOCK_SECONDS: Final = 5.0
"""The wait of a thread for another process that writes the file."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS replies (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    reply BLOB NOT NULL,
    size INTEGER NOT NULL,
    expires REAL NOT NULL
)"""
_GET: Final = "SELECT reply FROM replies WHERE key = ? AND expires > ?"
_PUT: Final = "INSERT OR REPLACE INTO replies (key, reply, size, expires) VALUES (?, ?, ?, ?)"
_EXPIRE: Final = "DELETE FROM replies WHERE expires <= ?"
_SHRINK: Final = """
DELETE FROM replies WHERE number IN (
    SELECT number FROM (
        SELECT number, ROW_NUMBER() OVER newest AS entries, SUM(size) OVER newest AS bytes
        FROM replies WINDOW newest AS (ORDER BY number DESC)
    ) WHERE entries > ? OR bytes > ?
)"""


@runtime_checkable
class CacheStore(Protocol):
    """Keeps replies, opaque bytes, under hexadecimal keys. Its methods are called from several threads at a time.

    A store that has lost a reply, or can't be reached, returns None: the model is then asked.
    """

    def get(self, key: str, /) -> bytes | None:
        """The reply, or None."""
        ...

    def put(self, key: str, reply: bytes, /) -> None:
        """Keep a reply."""
        ...


class MemoryStore(SharedState):
    """Keeps replies in this process; those that were used longest ago make room for new ones.

    Args:
        ttl: seconds that a reply is kept.
        max_entries, max_bytes: the bounds of the whole store.
        clock: seconds that never go back.

    Raises:
        InvalidSettingError: a bound is not positive.
    """

    def __init__(
        self,
        *,
        ttl: float = DAY,
        max_entries: int = 1000,
        max_bytes: int = 50_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        bounds = {"ttl": ttl, "max_entries": max_entries, "max_bytes": max_bytes}
        check_bounds(bounds)
        super().__init__({**bounds, "clock": clock})
        self._ttl = ttl
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._replies: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str, /) -> bytes | None:
        """See `CacheStore.get`."""
        with self._lock:
            reply, expires = self._replies.get(key, (b"", 0.0))
            if key not in self._replies:
                return None
            if expires <= self._clock():
                self._drop(key)
                return None
            self._replies.move_to_end(key)
            return reply

    def put(self, key: str, reply: bytes, /) -> None:
        """See `CacheStore.put`."""
        with self._lock:
            if key in self._replies:
                self._drop(key)
            self._replies[key] = (reply, self._clock() + self._ttl)
            self._bytes += len(reply)
            while len(self._replies) > self._max_entries or self._bytes > self._max_bytes:
                self._drop(next(iter(self._replies)))

    def _drop(self, key: str) -> None:
        self._bytes -= len(self._replies.pop(key)[0])


class SQLiteStore(SharedState):
    """Keeps replies in a file that threads and processes share; the oldest make room for new ones.

    The file is readable for its owner alone (mode 0600). It holds replies in plain text, and hashes of requests. If it
    can't be read or written, a warning is logged to `god_llm.cache` and the model is asked.

    Args:
        path: of the file; it is made if it is missing, its folder is not.
        ttl: seconds that a reply is kept.
        max_entries, max_bytes: the bounds of all replies together.
        clock: the present time in seconds, the same for all processes.

    Raises:
        ConfigurationError: the file can't be opened, or is no SQLite database.
        InvalidSettingError: a bound is not positive.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        ttl: float = DAY,
        max_entries: int = 10_000,
        max_bytes: int = 500_000_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        bounds = {"ttl": ttl, "max_entries": max_entries, "max_bytes": max_bytes}
        check_bounds(bounds)
        super().__init__({"path": path, **bounds, "clock": clock})
        self._path = Path(path)
        self._ttl = ttl
        self._bounds = (max_entries, max_bytes)
        self._clock = clock
        self._create()

    def get(self, key: str, /) -> bytes | None:
        """See `CacheStore.get`."""
        import sqlite3

        try:
            with closing(self._connect()) as database:
                row: tuple[bytes] | None = database.execute(_GET, (key, self._clock())).fetchone()
        except sqlite3.Error as error:
            warn_unusable("read", error)
            return None
        return None if row is None else row[0]

    def put(self, key: str, reply: bytes, /) -> None:
        """See `CacheStore.put`."""
        import sqlite3

        now = self._clock()
        try:
            with closing(self._connect()) as database, database:
                database.execute(_PUT, (key, reply, len(reply), now + self._ttl))
                database.execute(_EXPIRE, (now,))
                database.execute(_SHRINK, self._bounds)
        except sqlite3.Error as error:
            warn_unusable("written", error)

    def _create(self) -> None:
        import sqlite3

        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            self._path.chmod(0o600)  # a file that was there before
            with closing(self._connect()) as database, database:
                database.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"the cache {str(self._path)!r} can't be used: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        """A connection for one access: none is shared with another thread, or inherited by a forked process."""
        import sqlite3

        return sqlite3.connect(self._path, timeout=LOCK_SECONDS)


def warn_unusable(done: str, error: Exception) -> None:
    """Log that a store could not be read or written, without the text of the error."""
    _LOGGER.warning("the cache can't be %s (%s): the model is asked", done, type(error).__name__)


def check_bounds(bounds: Mapping[str, float]) -> None:
    """Accept bounds of a store.

    Raises:
        InvalidSettingError: one is not positive.
    """
    for name, bound in bounds.items():
        if not bound > 0:
            raise InvalidSettingError(f"{name} must be above 0, not {bound!r}")
