"""The stores of `Cached`: they hold their bounds, keep the file private and are shared by processes."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import pytest

from god_llm import InvalidSettingError
from god_llm.middleware import CacheStore, MemoryStore, SQLiteStore

KEY: Final = "0" * 64


def stores(tmp_path: Path, now: Callable[[], float], **bounds: int) -> Iterator[CacheStore]:
    """Both kinds, with a lifetime of 10 seconds."""
    entries, size = bounds.get("max_entries", 99), bounds.get("max_bytes", 999)
    yield MemoryStore(ttl=10, clock=now, max_entries=entries, max_bytes=size)
    yield SQLiteStore(tmp_path / "bounded.db", ttl=10, clock=now, max_entries=entries, max_bytes=size)


def test_replies_expire(tmp_path: Path) -> None:
    """A reply is there before its time is over, and not after."""
    now = [0.0]
    for store in stores(tmp_path, lambda: now[0]):
        now[0] = 0
        store.put(KEY, b"reply")
        now[0] = 9
        assert store.get(KEY) == b"reply"
        now[0] = 10
        assert store.get(KEY) is None


@pytest.mark.parametrize("bounds", [{"max_entries": 3}, {"max_bytes": 15}])
def test_the_oldest_replies_make_room(tmp_path: Path, bounds: dict[str, int]) -> None:
    """A store never has more than its entries or its bytes."""
    for store in stores(tmp_path, lambda: 0.0, **bounds):
        for number in range(6):
            store.put(str(number), b"reply")
        assert [number for number in range(6) if store.get(str(number))] == [3, 4, 5]
        store.put("3", b"other")
        assert (store.get("3"), store.get("4")) == (b"other", b"reply")


def test_a_used_reply_stays_in_memory() -> None:
    """In memory, those that were used longest ago make room."""
    store = MemoryStore(max_entries=2)
    store.put("a", b"1")
    store.put("b", b"2")
    store.get("a")
    store.put("c", b"3")
    assert (store.get("a"), store.get("b")) == (b"1", None)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """A new file has mode 0600, and one that was open to others has it too."""
    path = tmp_path / "cache.db"
    SQLiteStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    SQLiteStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def write(path: Path, start: int) -> int:
    """Write replies and read them, in a process of its own."""
    store = SQLiteStore(path)
    for number in range(start, start + 20):
        store.put(str(number), b"reply %d" % number)
    return sum(store.get(str(number)) == b"reply %d" % number for number in range(start, start + 20))


def test_processes_share_a_file(tmp_path: Path) -> None:
    """Several processes write and read one file at a time, and nothing is lost."""
    path = tmp_path / "cache.db"
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(write, [path] * 3, [0, 100, 200])) == [20, 20, 20]
    store = SQLiteStore(path)
    assert all(store.get(str(number)) for start in (0, 100, 200) for number in range(start, start + 20))


@pytest.mark.parametrize(("ttl", "entries", "size"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_bounds_are_positive(ttl: int, entries: int, size: int, tmp_path: Path) -> None:
    """A bound that is not positive is an `InvalidSettingError`."""
    with pytest.raises(InvalidSettingError):
        MemoryStore(ttl=ttl, max_entries=entries, max_bytes=size)
    with pytest.raises(InvalidSettingError):
        SQLiteStore(tmp_path / "cache.db", ttl=ttl, max_entries=entries, max_bytes=size)
