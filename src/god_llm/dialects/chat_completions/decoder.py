"""A stream, chunk by chunk.

https://platform.openai.com/docs/api-reference/chat-streaming

The wire numbers choices and calls but not parts, so each kind of part has a place of its own here, in the
order in which a whole reply's parts are read. A stream is complete when `[DONE]` came, or when its body ended and
each choice had a finish reason: a finish reason alone is not the end, since usage may follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from god_llm.dialects.chat_completions.attachments import attached_to_message, merged
from god_llm.dialects.chat_completions.pieces import (
    audio_part,
    citation_of,
    executed_part,
    other_blocks,
    reasoning_of,
    text_of,
)
from god_llm.dialects.chat_completions.stream_calls import CallReader
from god_llm.dialects.chat_completions.vocabulary import (
    ReplyVariant,
    choice_facts,
    choice_logprobs,
    finish_of,
    raw_finish_of,
)
from god_llm.dialects.chat_completions.wire import CHUNK, Audio, Chunk, ChunkChoice, Said
from god_llm.dialects.replies import validated
from god_llm.domain.deltas import (
    CitationDelta,
    Delta,
    FinishedDelta,
    PartDelta,
    ReasoningDelta,
    RefusalDelta,
    StartedDelta,
    TextDelta,
    UsageDelta,
)
from god_llm.domain.exceptions import StreamInterruptedError
from god_llm.domain.parts import UnknownPart
from god_llm.domain.plain_json import JsonDict, JsonObject, JsonValue
from god_llm.engine.collector import Collector
from god_llm.http.done import DONE

__all__ = ["ChatCompletionsDecoder"]

_REASONING, _TEXT, _REFUSAL, _AUDIO, _FUNCTION_CALL, _CALLS = range(6)
# Any number of calls comes before what the provider ran itself.
_EXECUTED: Final = 1 << 20
_BLOCKS: Final = 1 << 21


class ChatCompletionsDecoder:
    """Reads one stream.

    The choice with index 0 is handed out as it comes. Others are kept for `metadata["choices"]`; should no
    choice 0 come, the lowest one is handed out at the end.
    """

    def __init__(self, variant: ReplyVariant) -> None:
        self._variant = variant
        self._heads = variant.heads()
        self._beside: dict[str, object] = {}
        self._started = StartedDelta()
        self._choices: dict[int, _ChoiceReader] = {}
        self._others: dict[int, list[Delta]] = {}
        self._ended = False

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        if event.get("type") == DONE["type"]:
            self._ended = True
            return ()
        self._variant.check(event)
        self._keep(event)
        return tuple(self._deltas(validated(CHUNK, event), event))

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if not self._ended and not self._is_complete():
            raise StreamInterruptedError(self._interruption(), provider=self._variant.provider)
        facts = self._variant.metadata(self._beside)
        if not self._choices:
            return (FinishedDelta(metadata=facts),)
        first, *others = sorted(self._choices)
        if others:
            facts["choices"] = [self._other(index) for index in others]
        reader = self._choices[first]
        if reader.logprobs:
            facts["logprobs"] = reader.logprobs
        return (*self._others.get(first, ()), *reader.last(), reader.finished(facts))

    def _is_complete(self) -> bool:
        """True if each choice has a finish reason, for servers that never send `[DONE]`."""
        finished = bool(self._choices) and all(choice.raw_finish for choice in self._choices.values())
        return finished and not self._variant.needs_done

    def _interruption(self) -> str:
        expected = "[DONE]" if self._variant.needs_done else "[DONE] and without a finish reason for each choice"
        return f"the stream ended without {expected}"

    def _deltas(self, chunk: Chunk, event: JsonObject) -> Iterator[Delta]:
        known = self._started
        if not (known.response_id and known.response_model):
            self._started = StartedDelta(
                known.response_id or chunk.get("id"), known.response_model or chunk.get("model")
            )
            if self._started != known:
                yield self._started
        for place, choice in enumerate(chunk.get("choices") or ()):
            index = choice.get("index")
            yield from self._choice(place if index is None else index, choice)
        usage = self._variant.usage_of(event)
        if usage is not None:
            yield UsageDelta(usage)

    def _choice(self, index: int, choice: ChunkChoice) -> Iterator[Delta]:
        reader = self._choices.get(index)
        if reader is None:
            reader = self._choices[index] = _ChoiceReader(self._variant.reasoning_field)
        if index == 0:
            yield from reader.feed(choice)
        else:
            self._others.setdefault(index, []).extend(reader.feed(choice))

    def _other(self, index: int) -> JsonObject:
        reader, collector = self._choices[index], Collector()
        for delta in (*self._others.get(index, ()), *reader.last()):
            collector.add(delta)
        return choice_facts(index, collector.message(), reader.raw_finish, reader.logprobs)

    def _keep(self, event: JsonObject) -> None:
        """Hold on to what stands beside the choices; a later value replaces an earlier one, objects are joined."""
        for name in self._heads:
            value = event.get(name)
            if value is None:
                continue
            known = self._beside.get(name)
            self._beside[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value


class _ChoiceReader:
    """Reads the pieces of one choice."""

    def __init__(self, reasoning_field: str | None) -> None:
        self._reasoning_field = reasoning_field
        self.raw_finish: str | None = None
        self.logprobs: list[JsonValue] = []
        self._refused = False
        self._calls = CallReader(_CALLS)
        self._attached: JsonDict = {}
        self._executed: dict[int, tuple[int, JsonDict]] = {}
        self._blocks = 0
        self._legacy: JsonDict = {}
        self._audio: Audio = {}
        self._sound: list[str] = []

    def feed(self, choice: ChunkChoice) -> Iterator[Delta]:
        """The deltas of one piece."""
        self.raw_finish = raw_finish_of(choice) or self.raw_finish
        if choice.get("logprobs"):
            self.logprobs.extend(choice_logprobs(choice))
        said = choice.get("delta")
        if not said:
            return
        yield from self._words(said)
        for call in said.get("tool_calls") or ():
            yield from self._calls.feed(call)
        for tool in said.get("executed_tools") or ():
            yield self._tool(tool)
        attached = attached_to_message(said)
        if attached is not None:
            self._attached = merged(self._attached, attached)
        audio, legacy = said.get("audio"), said.get("function_call")
        if audio:
            self._hear(audio)
        if legacy:
            self._function_call(legacy)

    def last(self) -> Iterator[Delta]:
        """The parts that are only known once all pieces came."""
        if self._audio:
            yield PartDelta(audio_part(self._audio, self._sound), _AUDIO)
        if self._legacy:
            yield PartDelta(UnknownPart(kind="function_call", raw=self._legacy), _FUNCTION_CALL)
        yield from self._calls.last()

    def finished(self, facts: JsonObject) -> FinishedDelta:
        """The end of the choice."""
        reason = finish_of(self.raw_finish, called=self._calls.called, refused=self._refused)
        return FinishedDelta(reason, self.raw_finish, facts, self._attached or None)

    def _words(self, said: Said) -> Iterator[Delta]:
        reasoning, text, refusal = reasoning_of(said), text_of(said), said.get("refusal")
        if reasoning is not None:
            data = reasoning.provider_data(self._reasoning_field)
            yield ReasoningDelta(reasoning.text, _REASONING, provider_data=data)
        if text:
            yield TextDelta(text, _TEXT)
        for annotation in said.get("annotations") or ():
            yield CitationDelta(citation_of(annotation), _TEXT)
        if refusal:
            self._refused = True
            yield RefusalDelta(refusal, _REFUSAL)
        if isinstance(said.get("content"), list):
            for block in other_blocks(said):
                yield PartDelta(block, _BLOCKS + self._blocks)
                self._blocks += 1

    def _tool(self, tool: JsonDict) -> PartDelta:
        """Groq sends a tool when it starts, and again, under the same index, once it has run."""
        index = tool.get("index")
        key = index if isinstance(index, int) else len(self._executed)
        place, known = self._executed.get(key, (len(self._executed), {}))
        whole = {**known, **tool}
        self._executed[key] = (place, whole)
        return PartDelta(executed_part(whole), _EXECUTED + place)

    def _hear(self, audio: Audio) -> None:
        said = (self._audio.get("transcript") or "") + (audio.get("transcript") or "")
        self._audio = {"id": self._audio.get("id") or audio.get("id"), "transcript": said or None}
        if audio.get("data"):
            self._sound.append(audio.get("data") or "")

    def _function_call(self, piece: JsonDict) -> None:
        """The call of the days before tools: a name, then its arguments in pieces."""
        for name, value in piece.items():
            known = self._legacy.get(name)
            if name == "arguments" and isinstance(known, str) and isinstance(value, str):
                self._legacy[name] = known + value
            elif known is None:
                self._legacy[name] = value
