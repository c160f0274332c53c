"""The calls of a facade that end in a value: `generate_as` and `answer_as`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, Never, Self, Unpack

from typing_extensions import TypeForm, TypeVar, override

from god_llm.domain.messages import ModelT, Prompt
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import GenerationSettings
from god_llm.engine.any_chat import AnyChatModel

if TYPE_CHECKING:
    from god_llm.domain.answers import Answer, AnswerMode
    from god_llm.domain.extra import CustomExtra
    from god_llm.engine.structured import Plan

__all__ = ["StructuredCalls"]

ExtraT = TypeVar("ExtraT", bound=JsonObject, default=Never, contravariant=True)  # noqa: PLC0105 - a public name
ValueT = TypeVar("ValueT")


class StructuredCalls(AnyChatModel[ModelT], Generic[ModelT, ExtraT]):
    """Structured answers of a facade, over its `generate` and `agenerate`."""

    @override
    def generate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        mode: AnswerMode | None = None,
        reasks: int = 0,
        extra: ExtraT | CustomExtra | None = None,
        **settings: Unpack[GenerationSettings],
    ) -> ValueT:
        """The answer as a value of a type.

        Args:
            schema: any type that pydantic validates: a model, a dataclass, a TypedDict, an Enum, `list[...]`, a union.
            prompt: what to answer.
            mode: how to ask: by JSON schema, by a tool that the model must call, or in words; by default the first one
                of them that the model is known to have.
            reasks: how often an answer that does not fit is followed by another question, with what is wrong.
            extra: request parameters that only this provider has.
            **settings: see `GenerationSettings`.

        Raises:
            InvalidSettingError: pydantic can't validate the type; nothing was sent.
            UnsupportedParameterError: the model is known not to have the mode; nothing was sent.
            StructuredAnswerError: the last answer holds no value; `reason` says why, `partial` is the message.
        """
        return self.answer_as(schema, prompt, mode=mode, reasks=reasks, extra=extra, **settings).value

    @override
    async def agenerate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        mode: AnswerMode | None = None,
        reasks: int = 0,
        extra: ExtraT | CustomExtra | None = None,
        **settings: Unpack[GenerationSettings],
    ) -> ValueT:
        """`generate_as`, for async code."""
        answer = await self.aanswer_as(schema, prompt, mode=mode, reasks=reasks, extra=extra, **settings)
        return answer.value

    @override
    def answer_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        mode: AnswerMode | None = None,
        reasks: int = 0,
        extra: ExtraT | CustomExtra | None = None,
        **settings: Unpack[GenerationSettings],
    ) -> Answer[ValueT]:
        """`generate_as`, with the message beside the value: usage, id, reasoning."""
        from god_llm.engine.structured import answering, plan_of

        plan = plan_of(schema, self._mode(mode))
        asked = self._planned(plan, extra, settings)
        attempts = answering(plan, prompt, reasks)
        messages = next(attempts)
        while True:
            message = asked.generate(messages)
            try:
                messages = attempts.send(message)
            except StopIteration as done:
                answer: Answer[ValueT] = done.value
                return answer

    @override
    async def aanswer_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        mode: AnswerMode | None = None,
        reasks: int = 0,
        extra: ExtraT | CustomExtra | None = None,
        **settings: Unpack[GenerationSettings],
    ) -> Answer[ValueT]:
        """`answer_as`, for async code."""
        from god_llm.engine.structured import answering, plan_of

        plan = plan_of(schema, self._mode(mode))
        asked = self._planned(plan, extra, settings)
        attempts = answering(plan, prompt, reasks)
        messages = next(attempts)
        while True:
            message = await asked.agenerate(messages)
            try:
                messages = attempts.send(message)
            except StopIteration as done:
                answer: Answer[ValueT] = done.value
                return answer

    def _mode(self, asked: AnswerMode | None) -> AnswerMode:
        from god_llm.engine.structured import mode_of

        return mode_of(asked, self.facts)

    @abstractmethod
    def _planned(self, plan: Plan[ValueT], extra: ExtraT | CustomExtra | None, settings: GenerationSettings) -> Self:
        """This model with the settings of a call and those that ask for the answer."""
