"""Ollama's stream, line by line.

https://docs.ollama.com/api/streaming

Each line has the shape of a whole reply and holds the next piece of it. A tool call comes whole, several may
come on several lines, and the line with `done: true` is the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from god_llm.dialects.logprobs import token_logprobs
from god_llm.dialects.replies import validated
from god_llm.domain.deltas import (
    Delta,
    FinishedDelta,
    ReasoningDelta,
    StartedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from god_llm.domain.exceptions import StreamInterruptedError
from god_llm.domain.finish import unified
from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.plugins.ollama.errors import failure
from god_llm.plugins.ollama.vocabulary import FINISH_REASONS, call_of, reply_metadata, usage_of
from god_llm.plugins.ollama.wire import REPLY, Reply, ReplyMessage

__all__ = ["OllamaDecoder"]

# Ollama numbers nothing: these are the places in our message.
_REASONING: Final = 0
_TEXT: Final = 1
_FIRST_CALL: Final = 2


class OllamaDecoder:
    """Reads one stream."""

    def __init__(self) -> None:
        self._model: str | None = None
        self._calls = 0
        self._last: Reply | None = None
        self._logprobs: list[JsonValue] = []

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        error = failure(event)
        if error is not None:
            raise error
        line = validated(REPLY, event)
        deltas = [*self._started(line), *self._pieces(line.get("message", {}))]
        if line.get("logprobs"):
            self._logprobs.extend(token_logprobs(line.get("logprobs")))
        if line.get("done"):
            self._last = line
            usage = usage_of(line)
            if usage is not None:
                deltas.append(UsageDelta(usage))
        return deltas

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if self._last is None:
            raise StreamInterruptedError("the stream ended without done: true", provider="ollama")
        raw = self._last.get("done_reason")
        reason = unified(raw, FINISH_REASONS, called=self._calls > 0)
        return (FinishedDelta(reason, raw, reply_metadata(self._last, self._logprobs)),)

    def _started(self, line: Reply) -> Iterator[Delta]:
        model = line.get("model")
        if self._model is None and model is not None:
            self._model = model
            yield StartedDelta(response_model=model)

    def _pieces(self, message: ReplyMessage) -> Iterator[Delta]:
        thinking, content = message.get("thinking"), message.get("content")
        if thinking:
            yield ReasoningDelta(thinking, _REASONING)
        if content:
            yield TextDelta(content, _TEXT)
        for call in map(call_of, message.get("tool_calls") or ()):
            yield ToolCallDelta(_FIRST_CALL + self._calls, call.id, call.name, call.raw_arguments)
            self._calls += 1
