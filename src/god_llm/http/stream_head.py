"""The first events of a stream, in which a provider may report an error after it answered with status 200."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from god_llm.domain.plain_json import JsonObject
from god_llm.http.done import DONE
from god_llm.http.endpoint import Endpoint
from god_llm.http.framing import Splitter

__all__ = ["StreamHead"]


class StreamHead:
    """A `Splitter` that holds the first events back until one of them is part of the answer.

    An error among them is raised before anything is handed out, so that the request can be retried.

    Args:
        splitter: of the body.
        endpoint: names the events that are no part of an answer, and reads errors.
        facts: added to the first event.
    """

    def __init__(self, splitter: Splitter, endpoint: Endpoint, facts: JsonObject) -> None:
        self._splitter = splitter
        self._endpoint = endpoint
        self._facts = facts
        self._held: list[JsonObject] | None = []

    def feed(self, piece: bytes, /) -> Iterable[JsonObject]:
        """See `Splitter.feed`.

        Raises:
            ProviderError: one of the first events reports an error.
        """
        events = self._splitter.feed(piece)
        return events if self._held is None else self._released(events)

    def finish(self) -> Iterator[JsonObject]:
        """See `Splitter.finish`."""
        events = self._splitter.finish()
        yield from events if self._held is None else self._released(events)
        yield from self._all_held()

    def _released(self, events: Iterable[JsonObject]) -> Iterator[JsonObject]:
        for event in events:
            if self._held is None:
                yield event
                continue
            failure = self._endpoint.failure(event)
            if failure is not None:
                raise failure
            self._held.append(event)
            if event.get("type") not in self._endpoint.preamble:
                yield from self._all_held()

    def _all_held(self) -> list[JsonObject]:
        held, self._held = self._held or [], None
        if self._facts and held and held[0] is not DONE:
            held[0] = {**self._facts, **held[0]}
        return held
