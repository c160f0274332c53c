"""What people, models and tools say to each other.

A message is an immutable value. Its `content` is the text of its parts, joined; either may be given, the
other follows: `UserMessage(content="hi")` has one text part, and text given beside parts that hold none
comes before them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, Literal, Self, TypeAlias

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    TypeAdapter,
    field_validator,
    model_validator,
)
from typing_extensions import TypeVar

from god_llm.domain.finish import FinishReason
from god_llm.domain.identity import new_id, utc_now
from god_llm.domain.parts import ContentPart, ReasoningPart, RefusalPart, TextPart, ToolCallPart
from god_llm.domain.plain_json import JsonDict
from god_llm.domain.usage import Usage

__all__ = [
    "AIMessage",
    "BaseMessage",
    "Conversation",
    "Message",
    "Prompt",
    "SystemMessage",
    "ToolMessage",
    "UserMessage",
]

ModelT = TypeVar("ModelT", bound=str, default=str, covariant=True)  # noqa: PLC0105 - a public name


_ABSENT: Final = object()


class _TextFirst(BaseModel):
    """A model whose `content` may be its first positional argument.

    Each message declares its signature for type checkers, which make every field of a model keyword-only.
    """

    def __init__(self, content: object = _ABSENT, **fields: object) -> None:
        if content is not _ABSENT:
            fields["content"] = content
        super().__init__(**fields)

    # pydantic's mark of an initialiser that validates and does nothing else: parsing need not call it.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # a function has no such attribute in typeshed


class BaseMessage(_TextFirst):
    """The fields of every message; `content` may be passed by position: `UserMessage("hi")`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, defer_build=True)  # a class nobody makes costs nothing

    id: str = Field(default_factory=new_id)
    """uuid4, 32 hexadecimal digits."""
    content: str
    created_at: AwareDatetime = Field(default_factory=utc_now)
    """When the message was made: aware, UTC."""
    metadata: dict[str, Any] | None = None  # Any: the public contract; whatever an application keeps here

    if TYPE_CHECKING:
        # fmt: off
        # Any: see the field `metadata`
        def __init__(self, content: str, *, id: str = ..., created_at: datetime = ...,  # noqa: A002 - field name
                     metadata: dict[str, Any] | None = None) -> None: ...
        # fmt: on

    @field_validator("content", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        """Refuse a dict or parts, which JSON and other libraries have in this place, with advice."""
        if isinstance(value, Mapping):
            raise ValueError(_not_a_dict(cls.__name__, value.get("role")))  # noqa: TRY004 - pydantic collects these
        if isinstance(value, (list, tuple, BaseModel)):
            raise ValueError(f"content is text; pass parts as {cls.__name__}(parts=(...))")  # noqa: TRY004 - likewise
        return value

    @field_validator("created_at", mode="after")
    @classmethod
    def _utc(cls, value: datetime) -> datetime:
        return value if value.tzinfo is UTC else value.astimezone(UTC)


def _not_a_dict(message: str, role: object) -> str:
    """The advice for a message that was given as a dict."""
    named = _CLASS_OF_ROLE.get(role, message) if isinstance(role, str) else message
    return f'content is text, not a dict: write {named}("..."), or read stored JSON with Conversation.validate_python'


_CLASS_OF_ROLE: Final[Mapping[str, str]] = {
    "assistant": "AIMessage",
    "system": "SystemMessage",
    "tool": "ToolMessage",
    "user": "UserMessage",
}


def visible_text(parts: Iterable[ContentPart]) -> str:
    """The text parts, joined with nothing between."""
    return "".join([part.text for part in parts if isinstance(part, TextPart)])


class _PartsMessage(BaseMessage):
    """A message made of parts."""

    content: str = ""
    parts: tuple[ContentPart, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """`content` and `parts` say the same; what was left out follows from what was given."""
        said = visible_text(self.parts)
        if self.content == said:
            return self
        if not self.content:
            self.__dict__["content"] = said
        elif not said:
            self.__dict__["parts"] = (TextPart(text=self.content), *self.parts)
        else:
            raise ValueError("content= and the text of parts= differ; give one of them")
        return self


class SystemMessage(BaseMessage):
    """Instructions of the application to the model."""

    role: Literal["system"] = "system"

    if TYPE_CHECKING:
        # fmt: off
        # Any: see the field `metadata`
        def __init__(self, content: str, *, id: str = ..., created_at: datetime = ...,  # noqa: A002 - field name
                     metadata: dict[str, Any] | None = None, role: Literal["system"] = "system") -> None: ...
        # fmt: on


class UserMessage(_PartsMessage):
    """What a person, or the application in their place, says: text, images, documents, sound."""

    role: Literal["user"] = "user"

    if TYPE_CHECKING:
        # fmt: off
        # Any: see the field `metadata`
        def __init__(self, content: str = "", *, id: str = ..., created_at: datetime = ...,  # noqa: A002 - field name
                     metadata: dict[str, Any] | None = None, parts: tuple[ContentPart, ...] = (),
                     role: Literal["user"] = "user") -> None: ...
        # fmt: on


class ToolMessage(_PartsMessage):
    """The result of a tool call, with the `id` of the call it answers."""

    role: Literal["tool"] = "tool"
    tool_call_id: str
    name: str | None = None
    """The tool's name; Ollama wants it."""
    is_error: bool = False
    """Whether the tool failed; `content` then says how."""

    if TYPE_CHECKING:
        # fmt: off
        # Any: see the field `metadata`
        def __init__(self, content: str = "", *, id: str = ..., created_at: datetime = ...,  # noqa: A002 - field name
                     metadata: dict[str, Any] | None = None, parts: tuple[ContentPart, ...] = (),
                     role: Literal["tool"] = "tool", tool_call_id: str, name: str | None = None,
                     is_error: bool = False) -> None: ...
        # fmt: on


class AIMessage(_PartsMessage, Generic[ModelT]):
    """What a model said, normalised: the same shape for every provider."""

    role: Literal["assistant"] = "assistant"
    provider: str | None = None
    """Who answered; None for a message made by hand."""
    model: ModelT | None = None
    """The model that was asked for."""
    response_model: str | None = None
    """The model that answered, as the provider names it."""
    response_id: str | None = None
    """The provider's id of the answer."""
    usage: Usage | None = None
    """Token counts; None where the provider sent none."""
    finish_reason: FinishReason | None = None
    """Why the model stopped, unified."""
    raw_finish_reason: str | None = None
    """Why the model stopped, in the provider's words."""
    provider_data: JsonDict | None = None
    """Fields that the provider attached to the message beyond these; returned to their author only."""

    if TYPE_CHECKING:
        # fmt: off
        # Any: see the field `metadata`
        def __init__(self, content: str = "", *, id: str = ..., created_at: datetime = ...,  # noqa: A002 - field name
                     metadata: dict[str, Any] | None = None, parts: tuple[ContentPart, ...] = (),
                     role: Literal["assistant"] = "assistant", provider: str | None = None,
                     model: ModelT | None = None, response_model: str | None = None,
                     response_id: str | None = None, usage: Usage | None = None,
                     finish_reason: FinishReason | None = None, raw_finish_reason: str | None = None,
                     provider_data: JsonDict | None = None) -> None: ...
        # fmt: on

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The calls the application is asked to make, in order."""
        return tuple([part for part in self.parts if isinstance(part, ToolCallPart)])

    @property
    def reasoning(self) -> str | None:
        """The visible reasoning, or None where there is none."""
        return "".join([part.text for part in self.parts if isinstance(part, ReasoningPart)]) or None

    @property
    def refusal(self) -> str | None:
        """The model's words for refusing, or None."""
        return "".join([part.text for part in self.parts if isinstance(part, RefusalPart)]) or None

    @property
    def cost(self) -> Decimal | None:
        """The cost in US dollars by the list prices of `genai-prices`; None if it is unknown, 0 for a cached answer.

        Raises:
            MissingDependencyError: `genai-prices` is not installed.
        """
        from god_llm.domain.costs import cost_of  # only costs need it

        metadata = self.metadata or {}
        if metadata.get("cached") is True:
            return Decimal(0)
        if self.provider is None or self.usage is None:
            return None
        names: tuple[str | None, ...] = (self.response_model, self.model)
        tier = metadata.get("service_tier")
        models = [name for name in names if name is not None]
        return cost_of(self.provider, models, self.usage, tier if isinstance(tier, str) else None, self.created_at)


Message: TypeAlias = Annotated[
    SystemMessage | UserMessage | AIMessage | ToolMessage,
    Discriminator("role"),
]
"""Any message; in JSON told apart by `role`."""

Conversation: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...], config=ConfigDict(defer_build=True))
"""Reads and writes whole conversations: `Conversation.dump_json(messages)`, `Conversation.validate_json(text)`."""

Prompt: TypeAlias = str | Sequence[BaseMessage]
"""What a model is asked: one user message as text, or a conversation."""

Metadata: TypeAlias = Mapping[str, object]
