"""The common base class of all facades, whatever their requests and extras are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

from god_llm.domain.messages import ModelT
from god_llm.engine.base import BaseLLM
from god_llm.engine.tool_loop.runs_tools import RunsTools

if TYPE_CHECKING:
    from typing import Self, Unpack

    from typing_extensions import TypeForm, TypeVar, override

    from god_llm.domain.answer_options import AnswerOptions
    from god_llm.domain.answers import Answer
    from god_llm.domain.extra import CustomExtra
    from god_llm.domain.facts import ModelFacts
    from god_llm.domain.messages import AIMessage, Prompt
    from god_llm.domain.settings import GenerationSettings
    from god_llm.domain.streams import AsyncStream, Stream
    from god_llm.domain.tools import ToolChoice, ToolSource
    from god_llm.protocols import ResponseNormaliser

    ValueT = TypeVar("ValueT")

__all__ = ["AnyChatModel"]


class AnyChatModel(RunsTools, BaseLLM, Generic[ModelT]):
    """The API that the facades of all providers share; `ChatModel` implements it.

    A type checker infers it for a list or dict of several providers' facades: their `ChatModel`s have no common type,
    because the type parameter of `extra=` is contravariant.
    """

    if TYPE_CHECKING:
        # fmt: off
        # ruff: noqa: D102 - `ChatModel` documents them
        @property
        def model_name(self) -> ModelT: ...
        @property
        def api(self) -> str: ...
        @property
        def temperature(self) -> float | None: ...
        @property
        def facts(self) -> ModelFacts: ...
        @property
        def normaliser(self) -> ResponseNormaliser: ...
        @override
        def generate(self, prompt: Prompt, *, extra: CustomExtra | None = None,
                     **settings: Unpack[GenerationSettings]) -> AIMessage[ModelT]: ...
        @override
        async def agenerate(self, prompt: Prompt, *, extra: CustomExtra | None = None,
                     **settings: Unpack[GenerationSettings]) -> AIMessage[ModelT]: ...
        @override
        def stream(self, prompt: Prompt, *, extra: CustomExtra | None = None,
                     **settings: Unpack[GenerationSettings]) -> Stream[ModelT]: ...
        @override
        def astream(self, prompt: Prompt, *, extra: CustomExtra | None = None,
                     **settings: Unpack[GenerationSettings]) -> AsyncStream[ModelT]: ...
        def configured(self, *, extra: CustomExtra | None = None,
                       **settings: Unpack[GenerationSettings]) -> Self: ...
        def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> Self: ...
        def generate_as(self, schema: TypeForm[ValueT], prompt: Prompt, *, extra: CustomExtra | None = None,
                        **options: Unpack[AnswerOptions]) -> ValueT: ...
        async def agenerate_as(self, schema: TypeForm[ValueT], prompt: Prompt, *, extra: CustomExtra | None = None,
                        **options: Unpack[AnswerOptions]) -> ValueT: ...
        def answer_as(self, schema: TypeForm[ValueT], prompt: Prompt, *, extra: CustomExtra | None = None,
                        **options: Unpack[AnswerOptions]) -> Answer[ValueT]: ...
        async def aanswer_as(self, schema: TypeForm[ValueT], prompt: Prompt, *, extra: CustomExtra | None = None,
                        **options: Unpack[AnswerOptions]) -> Answer[ValueT]: ...
        def close(self) -> None: ...
        async def aclose(self) -> None: ...
        # fmt: on

    def __enter__(self) -> Self:
        """The model; leaving the block closes the connections of sync calls."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        """The model; leaving the block closes the connections of async calls."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
