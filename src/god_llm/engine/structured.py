"""Structured answers: the request for one, the parser of the message, and the attempts after one that does not fit."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, NoReturn, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from typing_extensions import TypeForm

from god_llm.domain.answer_options import AnswerOptions
from god_llm.domain.answer_types import adapter_of
from god_llm.domain.answers import Answer, AnswerMode, NoValue
from god_llm.domain.exceptions import InvalidSettingError, StructuredAnswerError
from god_llm.domain.facts import ModelFacts
from god_llm.domain.messages import AIMessage, BaseMessage, Prompt, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.settings import GenerationSettings, Settings
from god_llm.domain.tools import NamedTool, ResponseSchema, Tool
from god_llm.domain.usage import Usage
from god_llm.engine.prompts import messages_of

__all__ = ["Attempts", "Plan", "answering", "mode_of", "plan_of", "settings_of"]

ValueT = TypeVar("ValueT")

MODES: Final[tuple[AnswerMode, ...]] = ("schema", "tool", "prompt")
TOOL: Final = "answer"
"""The name of the tool by which a model answers in the mode `tool`."""

_OWN: Final = AnswerOptions.__annotations__.keys() - GenerationSettings.__annotations__.keys()
_FENCED: Final = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_BARE: Final = re.compile(r"[\[{].*[\]}]", re.DOTALL)


def mode_of(asked: AnswerMode | None, facts: ModelFacts) -> AnswerMode:
    """The mode: the one that was asked for, else the best one that the model is known to have.

    Raises:
        InvalidSettingError: there is no such mode.
    """
    if asked is not None:
        if asked not in MODES:
            raise InvalidSettingError(f"mode must be one of {', '.join(map(repr, MODES))}, not {asked!r}")
        return asked
    if facts.json_schema_output is not False:
        return "schema"
    return "prompt" if facts.forced_tools == "never" else "tool"


@dataclass(frozen=True, slots=True)
class Plan(Generic[ValueT]):
    """The request for a value of one type, and the parser of the message.

    Attributes:
        adapter: the validator of the type.
        schema: its JSON schema, with an object as the root.
        mode: the way to ask.
    """

    adapter: TypeAdapter[ValueT]
    schema: ResponseSchema
    mode: AnswerMode

    def settings(self, settings: Settings) -> Settings:
        """The settings that ask for the answer.

        Raises:
            InvalidSettingError: in the mode `tool`, a tool on offer has the name of the one that is added.
        """
        match self.mode:
            case "schema":
                return replace(settings, response_schema=self.schema)
            case "tool":
                if any(offered.name == TOOL for offered in settings.tools):
                    raise InvalidSettingError(f"mode='tool' needs the name {TOOL!r}: rename the tool of that name")
                tool = Tool(TOOL, "Give the answer, and all of it, by calling this tool.", self.schema.schema)
                return replace(settings, tools=(*settings.tools, tool), tool_choice=NamedTool(TOOL))
            case "prompt":
                return settings

    def messages(self, prompt: Prompt) -> Sequence[BaseMessage]:
        """The prompt as messages, with the schema in words where the mode asks so."""
        messages = messages_of(prompt)
        if self.mode != "prompt":
            return messages
        schema = to_json(self.schema.schema).decode()
        text = f"Answer with JSON alone that fits this JSON schema, without any other text:\n{schema}"
        return [SystemMessage(content=text), *messages]

    def value(self, message: AIMessage) -> ValueT:
        """The value that a message holds.

        Raises:
            StructuredAnswerError: it holds none; `reason` says why, and `partial` is the message.
        """
        text = self._json(message)
        if text is None:
            _refuse(message, _why_empty(message), f"the answer holds no {self.schema.name}")
        try:
            return self.adapter.validate_json(_unwrapped(text) if self.schema.wrapped else text)
        except ValidationError as error:
            cut = message.finish_reason in ("length", "content_filter")
            why: NoValue = message.finish_reason if cut else "validation"  # type: ignore[assignment]  # one of the two
            _refuse(message, why, f"the answer does not fit {self.schema.name}: {error}", error)

    def again(self, messages: Sequence[BaseMessage], message: AIMessage, problem: str) -> Sequence[BaseMessage]:
        """The conversation that asks once more, with the problem of the last answer."""
        text = f"This answer can't be used: {problem}\nAnswer again, with all of it corrected."
        calls = message.tool_calls
        if not calls:
            return [*messages, message, UserMessage(content=text)]
        results = [
            ToolMessage(content=text, tool_call_id=call.id or f"call_{n}", name=call.name, is_error=True)
            for n, call in enumerate(calls, 1)
        ]
        return [*messages, message, *results]

    def _json(self, message: AIMessage) -> str | None:
        """The JSON text of the answer, or None if there is none."""
        if self.mode == "tool":
            calls = [call.raw_arguments for call in message.tool_calls if call.name == TOOL]
            return calls[0] or "{}" if calls else None
        content = message.content.strip()
        if not content:
            return None
        return content if self.mode == "schema" else _extracted(content)


def plan_of(kind: TypeForm[ValueT], mode: AnswerMode) -> Plan[ValueT]:
    """The plan for a type.

    Raises:
        InvalidSettingError: pydantic can't validate the type.
    """
    return Plan(adapter_of(kind), ResponseSchema.of(kind), mode)


Attempts: TypeAlias = Generator[Sequence[BaseMessage], AIMessage, Answer[ValueT]]
"""The attempts at an answer, driven by sync and async callers alike."""


def answering(plan: Plan[ValueT], prompt: Prompt, reasks: int) -> Attempts[ValueT]:
    """The attempts at one answer: it yields conversations, takes messages, and returns the answer.

    An answer that does not fit the type is followed by another question, `reasks` times at most.

    Raises:
        InvalidSettingError: `reasks` is negative.
        StructuredAnswerError: the last message holds no value.
    """
    if reasks < 0:
        raise InvalidSettingError(f"reasks must be at least 0, not {reasks}")
    messages, used = plan.messages(prompt), Usage()
    for left in range(reasks, -1, -1):
        message = yield messages
        used = used + (message.usage or Usage())
        counted = message if message.usage is None else message.model_copy(update={"usage": used})
        try:
            return Answer(plan.value(counted), counted)
        except StructuredAnswerError as error:
            if error.reason != "validation" or not left:
                raise
            messages = plan.again(messages, message, str(error.__cause__ or error))
    raise AssertionError("the last attempt returns or raises")


def settings_of(options: AnswerOptions) -> GenerationSettings:
    """The settings among the options of a structured answer."""
    # Every other key of AnswerOptions is left out.
    return cast("GenerationSettings", {name: value for name, value in options.items() if name not in _OWN})


def _why_empty(message: AIMessage) -> NoValue:
    if message.refusal is not None or message.finish_reason == "refusal":
        return "refusal"
    if message.finish_reason == "length":
        return "length"
    if message.finish_reason == "content_filter":
        return "content_filter"
    return "tool_call" if message.tool_calls else "empty"


def _refuse(message: AIMessage, reason: NoValue, text: str, cause: Exception | None = None) -> NoReturn:
    said = f" ({reason}: {message.refusal})" if message.refusal else f" ({reason})"
    error = StructuredAnswerError(f"{text}{said}", provider=message.provider, model=message.model)
    error.reason, error.partial = reason, message
    raise error from cause


def _extracted(text: str) -> str:
    """The JSON in a text: in a fence, else from the first brace to the last one, else the text."""
    fenced = _FENCED.findall(text)
    if fenced:
        return str(fenced[-1]).strip()
    bare = _BARE.search(text)
    return text if bare is None else bare[0]


def _unwrapped(text: str) -> str:
    """The value of a wrapped answer as JSON; an answer that is not wrapped, as it is."""
    try:
        answer: object = from_json(text)
    except ValueError:
        return text
    if isinstance(answer, dict) and answer.keys() == {"value"}:
        return to_json(answer["value"]).decode()
    return text
