"""A run of a model with tools: its state as a value, and the events on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeVar

from god_llm.domain.messages import AIMessage, Message, ToolMessage
from god_llm.domain.parts import ToolCallPart
from god_llm.domain.usage import Usage

if TYPE_CHECKING:
    from god_llm.domain.deltas import Delta

__all__ = [
    "CallFinished",
    "CallStarted",
    "Decisions",
    "Run",
    "RunEvent",
    "RunFinished",
    "ToolContext",
    "TurnFinished",
]

ContextT = TypeVar("ContextT", default=None)

Decisions: TypeAlias = Mapping[str, bool | str]
"""Id of a call that waits -> True to make it, False to refuse it, or a text that refuses it with a reason."""


class Run(BaseModel):
    """The state of a run: a value that can be stored as JSON and continued later, in another process.

    `llm.run(run, tools, decisions={...})` continues a paused run; `llm.run([*run.messages, UserMessage(...)], tools)`
    continues the conversation of a finished one.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)

    messages: tuple[Message, ...]
    """The conversation: the prompt, the answers and the results of tools, in order."""
    usage: Usage = Usage()
    """The token counts of all turns."""
    turns: int = 0
    """The number of answers."""
    calls: int = 0
    """The number of calls that were made."""
    waiting: tuple[ToolCallPart, ...] = ()
    """The calls that wait for a decision; empty if the run is finished."""

    @property
    def paused(self) -> bool:
        """True if calls wait for a decision."""
        return bool(self.waiting)

    @property
    def message(self) -> AIMessage | None:
        """The last answer, or None before the first one."""
        return next((m for m in reversed(self.messages) if isinstance(m, AIMessage)), None)

    @property
    def content(self) -> str:
        """The visible text of the last answer."""
        return "" if self.message is None else self.message.content

    @property
    def cost(self) -> Decimal | None:
        """The cost of all turns in US dollars, or None if that of one is unknown; see `AIMessage.cost`."""
        answers = [message for message in self.messages if isinstance(message, AIMessage)]
        costs = [answer.cost for answer in answers[len(answers) - self.turns :]]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(costs) else None


@dataclass(frozen=True, slots=True)
class ToolContext(Generic[ContextT]):
    """The argument that the application passes to a tool; the model never sees it.

    A parameter with this annotation is left out of the tool's schema.

    Attributes:
        value: what was passed as `context=`.
        call: the call that is made.
    """

    value: ContextT
    call: ToolCallPart


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call is about to be made."""

    call: ToolCallPart
    type: Literal["call_started"] = "call_started"


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A call was made, or refused; `result` goes back to the model."""

    call: ToolCallPart
    result: ToolMessage
    type: Literal["call_finished"] = "call_finished"


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """An answer is complete."""

    message: AIMessage
    type: Literal["turn_finished"] = "turn_finished"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is finished or paused: the last event."""

    run: Run
    type: Literal["run_finished"] = "run_finished"


RunEvent: TypeAlias = "Delta | CallStarted | CallFinished | TurnFinished | RunFinished"
"""An event of a run: the deltas of its answers, and its steps."""
