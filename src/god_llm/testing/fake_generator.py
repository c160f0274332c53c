"""A model with scripted answers, for tests of applications that depend on `Generator` or `ChatGenerator`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias, TypeVar, Unpack, cast

from pydantic import BaseModel
from typing_extensions import TypeForm, override

from god_llm.domain.answer_options import AnswerOptions
from god_llm.domain.answers import Answer
from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.extra import combine_extra
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.messages import AIMessage, Prompt
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import GenerationSettings, Settings
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.domain.tools import ToolChoice, ToolSource
from god_llm.engine.batch import Batching
from god_llm.engine.tool_loop.runs_tools import RunsTools
from god_llm.testing.fakes import FrozenClock, SequentialIds, Shared

__all__ = ["FakeCall", "FakeGenerator", "ScriptedAnswer"]

ValueT = TypeVar("ValueT")

ScriptedAnswer: TypeAlias = str | BaseModel | Exception
"""A text, a whole `AIMessage` (with tool calls, say), an instance of the schema for `generate_as`, or an error."""

Script: TypeAlias = ScriptedAnswer | Callable[[Prompt], ScriptedAnswer]
"""An answer, or a function of the prompt that returns one."""


@dataclass(frozen=True, slots=True)
class FakeCall:
    """The record of one call of a fake model.

    Attributes:
        prompt: as the application gave it.
        settings: the fake's settings with the call's own merged in; tools and response schema among them.
    """

    prompt: Prompt
    settings: Settings


@dataclass(slots=True)
class _Record:
    """The records that a fake shares with those derived from it."""

    calls: list[FakeCall] = field(default_factory=list)
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class FakeGenerator(RunsTools, Shared, Batching):
    """A model that gives scripted answers: fits `ChatGenerator` and `Generator`, without a base class and parts.

    `with_tools` and `configured` return fakes that share script and records with this one.

    Args:
        *script: the answer to each prompt: a `ScriptedAnswer`, or a function of the prompt that returns one; the last
            one is repeated.
        ids, clock: the sources of ids and times for messages made of texts; by default ids count up from 1 and the
            clock stands still, so that the same script gives equal messages.

    Attributes:
        calls: the prompts and settings of all calls, in order; a stream is recorded when its first delta is read.

    Raises:
        ConfigurationError: there is no script.
    """

    def __init__(self, *script: Script, ids: IdSource | None = None, clock: Clock | None = None) -> None:
        if not script:
            raise ConfigurationError("a FakeGenerator needs at least one answer: FakeGenerator('hello')")
        self._script = script
        self._sources = (ids, clock)
        self._ids = SequentialIds() if ids is None else ids
        self._clock = FrozenClock() if clock is None else clock
        self._settings = Settings()
        self._record = _Record()

    @override
    def __reduce__(self) -> tuple[object, ...]:
        """In another process: the same script from its start, the same settings, and no records."""
        return _unpickled, (self._script, *self._sources, self._settings)

    # -- records ---------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[FakeCall]:
        """All calls, in order."""
        return self._record.calls

    @property
    def prompts(self) -> list[Prompt]:
        """The prompts of all calls, in order."""
        return [call.prompt for call in self.calls]

    @property
    def settings(self) -> list[Settings]:
        """The settings of all calls, in order."""
        return [call.settings for call in self.calls]

    @property
    def closed(self) -> bool:
        """True once `close` or `aclose` was called, here or on a fake that shares the records."""
        return self._record.closed

    # -- answers ---------------------------------------------------------------------------------------

    def generate(
        self, prompt: Prompt, *, extra: JsonObject | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """The next answer of the script as a message; an exception in its place is raised.

        Raises:
            InvalidSettingError: there is no such setting, or a value is out of its range.
        """
        return self._message(self._next(prompt, self._merged(settings, extra)))

    async def agenerate(
        self, prompt: Prompt, *, extra: JsonObject | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """`generate`, for async code."""
        return self.generate(prompt, extra=extra, **settings)

    def stream(
        self, prompt: Prompt, *, extra: JsonObject | None = None, **settings: Unpack[GenerationSettings]
    ) -> Stream:
        """The next answer of the script as deltas, one for each part of the message."""
        from god_llm.engine.playback import Playback

        merged, playback = self._merged(settings, extra), Playback()
        return Stream(playback.deltas(lambda: self._message(self._next(prompt, merged))), playback.message)

    def astream(
        self, prompt: Prompt, *, extra: JsonObject | None = None, **settings: Unpack[GenerationSettings]
    ) -> AsyncStream:
        """`stream`, for async code."""
        from god_llm.engine.playback import Playback

        merged, playback = self._merged(settings, extra), Playback()

        async def answer() -> AIMessage:
            return self._message(self._next(prompt, merged))

        return AsyncStream(playback.adeltas(answer), playback.message)

    def generate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: JsonObject | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """The next answer of the script: an instance of the schema as it is, else its text parsed by the schema.

        The mode is `"schema"` by default. Each attempt of `reasks` takes another answer of the script.

        Raises:
            StructuredAnswerError: the text does not fit the schema; `partial` is the message.
        """
        from god_llm.engine.structured import answering, plan_of, settings_of

        plan = plan_of(schema, options.get("mode") or "schema")
        merged = plan.settings(self._merged(settings_of(options), extra))
        attempts = answering(plan, prompt, options.get("reasks", 0))
        messages, first = next(attempts), plan.mode != "prompt"
        while True:
            answer = self._next(prompt if first else messages, merged)
            if isinstance(schema, type) and isinstance(answer, schema) and not isinstance(answer, str):
                return cast("ValueT", answer)  # an instance of the class, which a TypeForm does not tell
            try:
                messages, first = attempts.send(self._message(answer)), False
            except StopIteration as done:
                found: Answer[ValueT] = done.value
                return found.value

    async def agenerate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: JsonObject | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """`generate_as`, for async code."""
        return self.generate_as(schema, prompt, extra=extra, **options)

    # -- derived fakes ---------------------------------------------------------------------------------

    def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> Self:
        """This fake with tools on offer; they are recorded in the settings of its calls.

        Raises:
            InvalidSettingError: a function has no name, or a tool is chosen that is not offered.
        """
        from god_llm.engine.offering import offering

        return self._derived(offering(self._settings, tools, choice))

    def configured(self, *, extra: JsonObject | None = None, **settings: Unpack[GenerationSettings]) -> Self:
        """This fake with other settings; they are recorded in the settings of its calls."""
        return self._derived(self._merged(settings, extra))

    # -- closing ---------------------------------------------------------------------------------------

    def close(self) -> None:
        """Record that it was closed; it still answers, as a real model does."""
        self._record.closed = True

    async def aclose(self) -> None:
        """`close`, for async code."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # -- the steps of a call ---------------------------------------------------------------------------

    def _merged(self, changes: GenerationSettings, extra: JsonObject | None) -> Settings:
        merged = self._settings.updated(changes) if changes else self._settings
        return replace(merged, extra=combine_extra(merged.extra, extra)) if extra else merged

    def _next(self, prompt: Prompt, settings: Settings) -> str | BaseModel:
        """Record the call and take the next answer of the script."""
        with self._record.lock:
            scripted = self._script[min(len(self.calls), len(self._script) - 1)]
            self.calls.append(FakeCall(prompt, settings))
        answer = scripted(prompt) if callable(scripted) else scripted
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _message(self, answer: str | BaseModel) -> AIMessage:
        if isinstance(answer, AIMessage):
            return answer
        text = answer if isinstance(answer, str) else answer.model_dump_json()
        return AIMessage(id=self._ids(), created_at=self._clock(), content=text)

    def _derived(self, settings: Settings) -> Self:
        other = object.__new__(type(self))
        vars(other).update(vars(self), _settings=settings)
        return other


def _unpickled(
    script: Sequence[Script], ids: IdSource | None, clock: Clock | None, settings: Settings
) -> FakeGenerator:
    fake = FakeGenerator(*script, ids=ids, clock=clock)
    vars(fake).update(_settings=settings)
    return fake
