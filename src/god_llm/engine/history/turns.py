"""The order of a conversation: each call followed by its results, and by everything else after those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from god_llm.domain.exceptions import PromptError
from god_llm.domain.messages import AIMessage, BaseMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ContentPart, TextPart, ToolResultPart
from god_llm.engine.history.calls import NOT_RUN, CallIds, PendingCall, answer_to, find_call, pending_calls, result_text
from god_llm.engine.history.rules import HistoryRules

__all__ = ["result_as_text", "with_results"]


@dataclass(slots=True)
class _Turn:
    """An answer of the model, and the messages up to its next one."""

    answer: AIMessage | None
    others: list[BaseMessage] = field(default_factory=list)


def with_results(
    messages: Sequence[BaseMessage], provider: str, rules: HistoryRules, *, stored: bool
) -> list[BaseMessage]:
    """The messages with accepted calls, each followed by its results.

    A call without a result gets one that says so. A result without a call becomes text, unless the provider has
    stored the conversation that it belongs to (`stored`).

    Raises:
        PromptError: the conversation ends with calls that are not all answered.
    """
    ids, sent = CallIds(rules, provider), list[BaseMessage]()
    turns = _turns(messages)
    for turn in turns:
        last = turn is turns[-1]
        sent.extend(_arranged(turn, ids, rules, last=last, stored=stored and turn.answer is None, provider=provider))
    return sent


def result_as_text(message: ToolMessage) -> UserMessage:
    """A result as a user's message, for requests that can't have it as a result."""
    of = f" {message.name}" if message.name else ""
    head = TextPart(text=f"[Result of the tool call{of}] ")
    return UserMessage(id=message.id, created_at=message.created_at, parts=(head, *message.parts))


def _turns(messages: Sequence[BaseMessage]) -> list[_Turn]:
    """The conversation, cut before each answer; answers that follow each other directly are one if they have calls."""
    turns = [_Turn(None)]
    for message in messages:
        if not isinstance(message, AIMessage):
            turns[-1].others.append(message)
            continue
        before = turns[-1]
        if before.answer is not None and before.answer.tool_calls and not before.others:
            before.answer = before.answer.model_copy(
                update={
                    "parts": (*before.answer.parts, *message.parts),
                    "content": before.answer.content + message.content,
                }
            )
        else:
            turns.append(_Turn(message))
    return turns


def _arranged(
    turn: _Turn, ids: CallIds, rules: HistoryRules, *, last: bool, stored: bool, provider: str
) -> Iterator[BaseMessage]:
    """The messages of one turn: the answer, the results of its calls, everything else."""
    calls: list[PendingCall] = []
    if turn.answer is not None:
        answer, calls = pending_calls(turn.answer, ids, rules)
        yield answer
    answered: dict[PendingCall, ToolMessage] = {}
    rest: list[BaseMessage] = []
    for message in turn.others:
        for piece in _pieces(message):
            call = find_call(piece, calls, answered) if isinstance(piece, ToolMessage) else None
            if call is not None and isinstance(piece, ToolMessage):
                answered[call] = answer_to(call, piece)
            elif isinstance(piece, ToolMessage):
                rest.append(result_text(piece) if stored else result_as_text(piece))
            else:
                rest.append(piece)
    missing = [call for call in calls if call not in answered and call.name is not None]
    if missing and last and not rest:
        names = ", ".join(f"{call.name} ({call.original or call.id})" for call in missing)
        raise PromptError(
            f"the conversation ends with tool calls that have no result: {names}; append a ToolMessage for each,"
            " with the call's id as tool_call_id, before you ask again",
            provider=provider,
        )
    yield from answered.values()
    for call in missing:
        yield ToolMessage(tool_call_id=call.id, name=call.name, content=NOT_RUN, is_error=True)
    yield from rest


def _pieces(message: BaseMessage) -> Iterator[BaseMessage]:
    """A message; one with results in it as messages of their own, and the rest of it as one message."""
    if not isinstance(message, UserMessage) or not any(isinstance(part, ToolResultPart) for part in message.parts):
        yield message
        return
    others: list[ContentPart] = []
    for part in message.parts:
        if isinstance(part, ToolResultPart):
            yield ToolMessage(
                tool_call_id=part.tool_call_id, name=part.name, content=part.content, is_error=part.is_error
            )
        else:
            others.append(part)
    if others:
        yield message.model_copy(update={"parts": tuple(others)})
