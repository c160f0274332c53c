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
    from god_llm.domain.answer_options import AnswerOptions
    from god_llm.domain.answers import Answer
    from god_llm.domain.extra import CustomExtra
    from god_llm.engine.structured import Attempts, Plan

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
        extra: ExtraT | CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """The answer as a value of a type.

        Args:
            schema: any type that pydantic validates: a model, a dataclass, a TypedDict, an Enum, `list[...]`, a union.
            prompt: what to answer.
            extra: request parameters that only this provider has.
            **options: see `AnswerOptions`.

        Raises:
            InvalidSettingError: pydantic can't validate the type; nothing was sent.
            UnsupportedParameterError: the model is known not to have the mode; nothing was sent.
            StructuredAnswerError: the last answer holds no value; `reason` says why, `partial` is the message.
        """
        return self.answer_as(schema, prompt, extra=extra, **options).value

    @override
    async def agenerate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: ExtraT | CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """`generate_as`, for async code."""
        return (await self.aanswer_as(schema, prompt, extra=extra, **options)).value

    @override
    def answer_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: ExtraT | CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> Answer[ValueT]:
        """`generate_as`, with the message beside the value: usage, id, reasoning."""
        asked, attempts = self._attempts(schema, prompt, extra, options)
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
        extra: ExtraT | CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> Answer[ValueT]:
        """`answer_as`, for async code."""
        asked, attempts = self._attempts(schema, prompt, extra, options)
        messages = next(attempts)
        while True:
            message = await asked.agenerate(messages)
            try:
                messages = attempts.send(message)
            except StopIteration as done:
                answer: Answer[ValueT] = done.value
                return answer

    def _attempts(
        self, schema: TypeForm[ValueT], prompt: Prompt, extra: ExtraT | CustomExtra | None, options: AnswerOptions
    ) -> tuple[Self, Attempts[ValueT]]:
        """The model that is asked, and the attempts at the answer."""
        from god_llm.engine.structured import answering, mode_of, plan_of, settings_of

        plan = plan_of(schema, mode_of(options.get("mode"), self.facts))
        asked = self._planned(plan, extra, settings_of(options))
        return asked, answering(plan, prompt, options.get("reasks", 0))

    @abstractmethod
    def _planned(self, plan: Plan[ValueT], extra: ExtraT | CustomExtra | None, settings: GenerationSettings) -> Self:
        """This model with the settings of a call and those that ask for the answer."""
