"""Parrot's stream, line by line."""

from __future__ import annotations

from collections.abc import Iterable

from god_llm.provider_kit import (
    Delta,
    FinishedDelta,
    JsonObject,
    StartedDelta,
    StreamInterruptedError,
    TextDelta,
    UsageDelta,
    unified,
    validated,
)
from god_llm_parrot.errors import reported
from god_llm_parrot.vocabulary import FINISH_REASONS, usage_of
from god_llm_parrot.wire import LINE

__all__ = ["ParrotDecoder"]


class ParrotDecoder:
    """Reads one stream."""

    def __init__(self) -> None:
        self._why: str | None = None

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        if "error" in event:
            raise reported(event)
        line = validated(LINE, event)
        if "id" in line:
            yield StartedDelta(line["id"], line.get("model"))
        if "piece" in line:
            yield TextDelta(line["piece"])
        if "why" in line:
            self._why = line["why"]
            usage = usage_of(line.get("words"))
            if usage is not None:
                yield UsageDelta(usage)

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if self._why is None:
            raise StreamInterruptedError("the stream ended without saying why", provider="parrot")
        return (FinishedDelta(unified(self._why, FINISH_REASONS, called=False), self._why),)
