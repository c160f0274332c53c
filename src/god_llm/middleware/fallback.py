"""Fallback: the next model answers where one fails or gives a reply that is of no use."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from typing import TYPE_CHECKING, TypeVar, Unpack

from typing_extensions import TypeForm

from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, NotFoundError, UnsupportedParameterError
from god_llm.domain.settings import GenerationSettings
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.http.closing import aclose_part, close_part
from god_llm.middleware.fallback_run import FallbackRun, UnusableReply, check_replies

if TYPE_CHECKING:
    from god_llm.domain.answer_options import AnswerOptions
    from god_llm.domain.deltas import Delta
    from god_llm.domain.extra import CustomExtra
    from god_llm.domain.messages import AIMessage, Prompt
    from god_llm.domain.tools import ToolChoice, ToolSource
    from god_llm.protocols import ChatGenerator

__all__ = ["Fallback"]

AnswerT = TypeVar("AnswerT")
ValueT = TypeVar("ValueT")


class Fallback:
    """A `ChatGenerator` of several models: each is asked where the one before it failed.

    `Fallback(ChatX(...), ChatY(...))`. Each model keeps its own settings, middleware and retries, and signs its own
    answers; the settings of a call hold for every model that is asked. The next model is asked after an error that is
    retryable or is listed in `on`, and after a reply that is listed in `replies`. A model other than the first is also
    skipped where it can't take the prompt (`PromptError`). Any other error is raised. A stream changes the model only
    while no text, reasoning or part of an answer has been handed out.

    The message has its earlier attempts in `metadata["attempts"]`, if there were any: for each a `model` (the number
    of the model, from 0) and either `error`, `status`, `code` and `request_id`, or the kind of `reply`.

    Args:
        *models: in the order in which they are asked.
        on: the errors to fall back on beside the retryable ones; by default an unknown or retired model.
        replies: the replies to fall back on. The last model's reply is returned whatever it is.

    Raises:
        ConfigurationError: there is no model, or `replies` has an unknown kind.
    """

    def __init__(
        self,
        *models: ChatGenerator,
        on: Sequence[type[BaseLLMException]] = (NotFoundError,),
        replies: Sequence[UnusableReply] = (),
    ) -> None:
        if not models:
            raise ConfigurationError("Fallback(...) needs at least one model")
        check_replies(replies)
        self._models = models
        self._on = tuple(on)
        self._replies = frozenset(replies)

    def generate(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """The answer of the first model that gives one.

        Raises:
            BaseLLMException: the last model's error, or one to stop at; its notes list the earlier attempts.
            UnsupportedParameterError: `extra` was given: its keys belong to one provider.
        """
        _refuse(extra)
        run = self._run()
        return run.marked(self._answer(run, lambda model: model.generate(prompt, **settings)))

    async def agenerate(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """`generate`, for async code."""
        _refuse(extra)
        run = self._run()
        return run.marked(await self._aanswer(run, lambda model: model.agenerate(prompt, **settings)))

    def generate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """The answer as a value of a type; a reply that does not fit is judged by `replies` too."""
        _refuse(extra)
        return self._answer(self._run(), lambda model: model.generate_as(schema, prompt, **options))

    async def agenerate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """`generate_as`, for async code."""
        _refuse(extra)
        return await self._aanswer(self._run(), lambda model: model.agenerate_as(schema, prompt, **options))

    def stream(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> Stream:
        """The answer as a stream of deltas; those before the first piece of an answer are held back until it comes."""
        _refuse(extra)

        def ask(model: ChatGenerator) -> Stream:
            return model.stream(prompt, **settings)

        run, opened = self._run(), [ask(self._models[0])]
        return Stream(self._deltas(run, opened, ask), lambda: run.marked(opened[-1].message))

    def astream(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AsyncStream:
        """`stream`, for async code."""
        _refuse(extra)

        def ask(model: ChatGenerator) -> AsyncStream:
            return model.astream(prompt, **settings)

        run, opened = self._run(), [ask(self._models[0])]
        return AsyncStream(self._adeltas(run, opened, ask), lambda: run.marked(opened[-1].message))

    def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> Fallback:
        """These models with tools on offer."""
        return self._of([model.with_tools(*tools, choice=choice) for model in self._models])

    def configured(self, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]) -> Fallback:
        """These models with other settings."""
        _refuse(extra)
        return self._of([model.configured(**settings) for model in self._models])

    def close(self) -> None:
        """Close the connections of all models for sync calls; the next call opens new ones."""
        for model in self._models:
            close_part(model)

    async def aclose(self) -> None:
        """Close the connections of all models for async calls on the running event loop."""
        for model in self._models:
            await aclose_part(model)

    def _of(self, models: Sequence[ChatGenerator]) -> Fallback:
        return Fallback(*models, on=self._on, replies=tuple(self._replies))

    def _run(self) -> FallbackRun:
        return FallbackRun(len(self._models), self._on, self._replies)

    def _answer(self, run: FallbackRun, ask: Callable[[ChatGenerator], AnswerT]) -> AnswerT:
        for model in self._models:
            try:
                answer = ask(model)
            except BaseLLMException as error:
                if run.stops_at(error):
                    raise
            else:
                if run.accepts(answer):
                    return answer
        raise AssertionError("the last model's reply is accepted and its error raised")

    async def _aanswer(self, run: FallbackRun, ask: Callable[[ChatGenerator], Awaitable[AnswerT]]) -> AnswerT:
        for model in self._models:
            try:
                answer = await ask(model)
            except BaseLLMException as error:
                if run.stops_at(error):
                    raise
            else:
                if run.accepts(answer):
                    return answer
        raise AssertionError("the last model's reply is accepted and its error raised")

    def _deltas(
        self, run: FallbackRun, opened: list[Stream], ask: Callable[[ChatGenerator], Stream]
    ) -> Generator[Delta, None, None]:
        for number, model in enumerate(self._models):
            gate = run.gate()
            try:
                if number:
                    opened.append(ask(model))
                with opened[-1] as deltas:
                    for delta in deltas:
                        yield from gate.passed(delta)
                        if gate.rejected:
                            break
                    else:
                        yield from gate.rest()
                        return
            except BaseLLMException as error:
                if run.stops_at(error, handed_out=gate.is_open):
                    raise

    async def _adeltas(
        self, run: FallbackRun, opened: list[AsyncStream], ask: Callable[[ChatGenerator], AsyncStream]
    ) -> AsyncGenerator[Delta, None]:
        for number, model in enumerate(self._models):
            gate = run.gate()
            try:
                if number:
                    opened.append(ask(model))
                async with opened[-1] as deltas:
                    async for delta in deltas:
                        for passed in gate.passed(delta):
                            yield passed
                        if gate.rejected:
                            break
                    else:
                        for passed in gate.rest():
                            yield passed
                        return
            except BaseLLMException as error:
                if run.stops_at(error, handed_out=gate.is_open):
                    raise


def _refuse(extra: CustomExtra | None) -> None:
    """Refuse parameters that only one of several providers would understand."""
    if extra:
        raise UnsupportedParameterError(
            "a Fallback takes no extra=: its keys belong to one provider; give it to the model, ChatX(..., extra=...)"
        )
