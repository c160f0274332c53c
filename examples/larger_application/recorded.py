"""A transport of the application's own: it answers from files."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

from god_llm import JsonObject


class RecordedTransport:
    """Answers every request with `reply.json`, or with the events of `events.json`, from a folder.

    Its methods are all it takes to fit god_llm's `Transport` and `AsyncTransport`.
    """

    def __init__(self, folder: Path) -> None:
        self._reply: JsonObject = json.loads((folder / "reply.json").read_text())
        self._events: list[JsonObject] = json.loads((folder / "events.json").read_text())

    def send(self, _: JsonObject, /) -> JsonObject:
        """The recorded reply."""
        return self._reply

    def stream(self, _: JsonObject, /) -> Generator[JsonObject, None, None]:
        """The recorded events."""
        yield from self._events

    async def asend(self, _: JsonObject, /) -> JsonObject:
        """The recorded reply."""
        return self._reply

    async def astream(self, _: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """The recorded events."""
        for event in self._events:
            yield event
