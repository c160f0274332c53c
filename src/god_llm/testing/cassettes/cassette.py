"""A cassette: recorded exchanges in one file, found again by the request."""

from __future__ import annotations

import threading
from bisect import insort
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, get_args

from typing_extensions import override

from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.testing.cassettes.earlier import earlier_requests
from god_llm.testing.cassettes.exceptions import CassetteError, CassetteMissError
from god_llm.testing.cassettes.exchange import Exchange, Kind
from god_llm.testing.cassettes.matching import Key, difference, key_of, nearest
from god_llm.testing.cassettes.plain import stored_object
from god_llm.testing.cassettes.scrubbing import CONTENT, scrubbed, without_secrets
from god_llm.testing.cassettes.storage import read_file, write_file

__all__ = ["Cassette", "Mode", "Scrub"]

Mode: TypeAlias = Literal["none", "once", "new", "all"]
"""What is recorded: nothing; everything, if there is no file yet, else nothing; what is not known; everything, anew."""

Scrub: TypeAlias = Callable[[JsonObject], JsonObject]
"""Takes out what must not reach the file. It may be given requests, replies, events and errors; it returns new ones."""


@dataclass(slots=True)
class _Entry:
    """An exchange on the cassette."""

    place: int
    exchange: Exchange
    key: Key
    loaded: bool
    played: bool = False

    def __lt__(self, other: _Entry) -> bool:
        return self.place < other.place


class _Same:
    """The exchanges of one request, in order."""

    def __init__(self) -> None:
        self._fresh: deque[_Entry] = deque()
        self._last: _Entry | None = None
        self._last_loaded: _Entry | None = None

    def add(self, entry: _Entry) -> None:
        insort(self._fresh, entry)
        self._last = entry if self._last is None else max(self._last, entry)
        if entry.loaded:
            self._last_loaded = self._last

    def taken(self, *, loaded_only: bool, repeat: bool) -> _Entry | None:
        """The next exchange that was not played; the last one again, if it is to be repeated.

        Loaded exchanges come before recorded ones.
        """
        if self._fresh and (self._fresh[0].loaded or not loaded_only):
            entry = self._fresh.popleft()
            entry.played = True
            return entry
        if not repeat:
            return None
        return self._last_loaded if loaded_only else self._last


class Cassette:
    """Recorded exchanges, in one readable JSON file.

    A request finds its answer by its content (sync or async, in any order), and each exchange is played once, in
    the order of recording; a request that is made oftener than it was recorded is a miss, unless `repeat` is set.
    The file is written after each exchange, in one step. Any number of threads and tasks may use one cassette;
    processes need one each.

    Args:
        path: of the file, `tests/cassettes/answer.json` say.
        mode: what a `RecordingTransport` does. `"none"`: replay only. `"once"`: record if there is no file, else
            replay only. `"new"`: replay what is known, record the rest. `"all"`: record everything; the first
            exchange replaces the file. A `ReplayTransport` only replays, whatever the mode.
        ignore: what does not count when requests are compared: keys on the way down, joined by dots
            (`"metadata.user_id"`).
        repeat: play the last exchange of a request again and again.
        timing: record when each event of a stream came.
        scrub: takes out what must not reach the file, before the scrubbing that is always done (keys, accounts,
            people, headers). A request that is replayed goes through it too.

    Raises:
        CassetteError: the file is no cassette, a newer version wrote it, or there is no such mode.
    """

    def __init__(
        self,
        path: Path | str,
        mode: Mode = "once",
        *,
        ignore: Collection[str] = (),
        repeat: bool = False,
        timing: bool = False,
        scrub: Scrub | None = None,
    ) -> None:
        if mode not in get_args(Mode):
            raise CassetteError(f"mode is one of {', '.join(get_args(Mode))}, not {mode!r}")
        self.path: Final = Path(path)
        self.mode: Final = mode
        self.timing: Final = timing
        self._ignore = frozenset([ignore] if isinstance(ignore, str) else ignore)
        self._repeat = repeat
        self._scrub = scrub
        self._lock = threading.Lock()
        existed = self.path.exists()
        self._replays = mode in {"none", "new"} or (mode == "once" and existed)
        self._records = mode in {"new", "all"} or (mode == "once" and not existed)
        known = read_file(self.path) if existed and self._replays else []
        self._entries = [_Entry(place, e, self._key(e.request), loaded=True) for place, e in enumerate(known)]
        self._same: dict[tuple[Kind, Key], _Same] = {}
        for entry in self._entries:
            self._same_as(entry).add(entry)
        self._places = len(known)
        self._before = self.path.read_bytes() if existed else None
        self._missed: list[CassetteMissError] = []

    @override
    def __reduce__(self) -> tuple[partial[Cassette], tuple[Path, Mode]]:
        """In another process: the file as it is then, with nothing played."""
        again = partial(Cassette, ignore=self._ignore, repeat=self._repeat, timing=self.timing, scrub=self._scrub)
        return again, (self.path, self.mode)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A container copies what it holds; the copy is the cassette itself."""
        return self

    @override
    def __repr__(self) -> str:
        return f"Cassette({str(self.path)!r}, {self.mode!r})"

    @property
    def records(self) -> bool:
        """Whether a `RecordingTransport` may have to ask the provider."""
        return self._records

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What is on it, in the order in which the requests were made."""
        with self._lock:
            return tuple([entry.exchange for entry in self._entries])

    @property
    def unused(self) -> tuple[Exchange, ...]:
        """What the file held and nobody asked for."""
        with self._lock:
            return tuple([entry.exchange for entry in self._entries if entry.loaded and not entry.played])

    @property
    def missed(self) -> tuple[CassetteMissError, ...]:
        """The requests that it had no answer to, each as its error."""
        with self._lock:
            return tuple(self._missed)

    @property
    def recorded(self) -> tuple[Exchange, ...]:
        """The exchanges that were added since it was opened."""
        with self._lock:
            return tuple([entry.exchange for entry in self._entries if not entry.loaded])

    def set_aside(self) -> Path:
        """Move what was recorded to `<name>.failed.json`, and put the file back as it was when it was opened.

        The plugin calls it for a test that failed, so that its recording is not replayed.
        """
        aside = self.path.with_suffix(".failed.json")
        with self._lock:
            self.path.replace(aside)
            if self._before is not None:
                self.path.write_bytes(self._before)
        return aside

    # -- replaying -----------------------------------------------------------------------------------------

    def play(self, kind: Kind, request: JsonObject) -> Exchange:
        """The next recorded answer to the request; what was recorded just now counts too.

        Raises:
            CassetteMissError: there is none.
        """
        asked = self.clean(request)
        entry = self._taken(kind, asked, loaded_only=False)
        if entry is None:
            raise self._noted(self._miss(kind, asked))
        return entry.exchange

    def known(self, kind: Kind, request: JsonObject) -> Exchange | None:
        """The next answer for a recorder, or None where the provider is to be asked.

        Raises:
            CassetteMissError: there is none, and nothing is to be recorded.
        """
        if not self._replays:
            return None
        asked = self.clean(request)
        entry = self._taken(kind, asked, loaded_only=True)
        if entry is None and not self._records:
            raise self._noted(self._miss(kind, asked))
        return None if entry is None else entry.exchange

    def _taken(self, kind: Kind, asked: dict[str, JsonValue], *, loaded_only: bool) -> _Entry | None:
        """The exchange of this request, or of the same call as an earlier version wrote it."""
        taken = self._taken_by_key(kind, self._key(asked), loaded_only=loaded_only)
        for earlier in earlier_requests(asked) if taken is None else ():
            taken = taken or self._taken_by_key(kind, self._key(earlier), loaded_only=loaded_only)
        return taken

    def _taken_by_key(self, kind: Kind, key: Key, *, loaded_only: bool) -> _Entry | None:
        with self._lock:
            same = self._same.get((kind, key))
            return None if same is None else same.taken(loaded_only=loaded_only, repeat=self._repeat)

    def _same_as(self, entry: _Entry) -> _Same:
        return self._same.setdefault((entry.exchange.kind, entry.key), _Same())

    # -- recording -----------------------------------------------------------------------------------------

    def place(self) -> int:
        """The place of a request that is made now, in the order of all."""
        with self._lock:
            self._places += 1
            return self._places - 1

    def add(self, place: int, exchange: Exchange) -> None:
        """Keep an exchange, and write the file.

        Raises:
            CassetteError: it can't be written.
        """
        entry = _Entry(place, exchange, self._key(exchange.request), loaded=False)
        with self._lock:
            insort(self._entries, entry)
            self._same_as(entry).add(entry)
            write_file(self.path, [kept.exchange for kept in self._entries])

    def clean(self, value: JsonObject, secrets: Collection[str] = (), *, content: bool = True) -> dict[str, JsonValue]:
        """A request, reply, event or error as it is in the file: scrubbed, and plain JSON.

        Args:
            value: the object.
            secrets: texts to take out wherever they are.
            content: False for an error, which has no field for what people, models and tools say.

        Raises:
            CassetteError: it holds something that is neither JSON nor bytes.
        """
        plain = stored_object(value if self._scrub is None else self._scrub(value))
        # Longest first: a key that another one begins with must not leave its rest behind.
        in_order = sorted({*secrets}, key=len, reverse=True)
        return {
            name: without_secrets(item, in_order) if content and name in CONTENT else scrubbed(item, in_order, name)
            for name, item in plain.items()
        }

    # -- misses --------------------------------------------------------------------------------------------

    def _key(self, request: dict[str, JsonValue]) -> Key:
        return key_of(request, self._ignore)

    def _noted(self, miss: CassetteMissError) -> CassetteMissError:
        with self._lock:
            self._missed.append(miss)
        return miss

    def _miss(self, kind: Kind, asked: dict[str, JsonValue]) -> CassetteMissError:
        key, where = self._key(asked), f"{self.path} has no answer to this request"
        with self._lock:
            known = [(entry.exchange, entry.key) for entry in self._entries]
        same = [exchange for exchange, other in known if other == key]
        alike = [exchange for exchange in same if exchange.kind == kind]
        if alike:
            return CassetteMissError(
                f"{where}: it was recorded {len(alike)} time(s), and asked once more (see Cassette's repeat=)"
            )
        if same:
            return CassetteMissError(
                f"{where}: asked for {_NAMES[kind]}, but {_NAMES[same[0].kind]} was recorded for it"
            )
        if not known:
            return CassetteMissError(f'{where}: {_nothing(self.path)}. Record it with mode="once" (--llm-record=once).')
        near = nearest(asked, [exchange.request for exchange, _ in known])
        return CassetteMissError(
            f"{where}. The nearest of its {len(known)} differs so:\n{difference(near, asked)}\n"
            'Record it with mode="new" (--llm-record=new).'
        )


def _nothing(path: Path) -> str:
    return "it is empty" if path.exists() else "there is no such file"


_NAMES: Final = {"whole": "a whole reply", "stream": "a stream"}
