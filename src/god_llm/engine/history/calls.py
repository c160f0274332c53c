"""Tool calls and their results: ids, names and arguments in the form that an API accepts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic_core import to_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.messages import AIMessage, ToolMessage
from god_llm.domain.parts import TextPart, ToolCallPart, UnknownPart
from god_llm.engine.history.rules import HistoryRules

__all__ = ["FAILED", "NOT_RUN", "CallIds", "PendingCall", "pending_calls", "result_text"]

NOT_RUN = "The tool was not run."
"""The result of a call that the application never answered."""
FAILED = "The tool failed and gave no message."
"""The content of a failed result without any: several providers refuse an empty one."""


class PendingCall(NamedTuple):
    """A call of one message that waits for its result.

    Attributes:
        id: the id in the sent copy.
        original: the id in the message; empty if it has none.
        name: of the tool, in the sent copy; None for a call that only its provider can read.
    """

    id: str
    original: str
    name: str | None


class CallIds:
    """Gives each call of a conversation an id that the API accepts and that no other call has."""

    def __init__(self, rules: HistoryRules, provider: str) -> None:
        self._rules = rules
        self._provider = provider
        self._used: set[str] = set()
        self._count = 0

    def of(self, message: AIMessage, part: ToolCallPart) -> str:
        """The id of a call in the sent copy: its own, if the API accepts that, or one that is always the same."""
        self._count += 1
        ident = part.id if part.id and part.id.strip() else f"call_{self._count}"
        rule = self._rules.call_ids
        if rule is not None and not rule.fits(ident) and not (part.id and message.provider == self._provider):
            ident = rule.distinct(ident)
        if ident in self._used:
            ident = f"{ident}_{self._count}"
            ident = ident if rule is None or rule.fits(ident) else rule.distinct(ident)
        self._used.add(ident)
        return ident


def pending_calls(message: AIMessage, ids: CallIds, rules: HistoryRules) -> tuple[AIMessage, list[PendingCall]]:
    """A message with its calls in accepted form, and those calls.

    A call that only its provider can read (`UnknownPart`) stays as it is, and waits for a result too.
    """
    pending: list[PendingCall] = []
    parts = list(message.parts)
    for place, part in enumerate(parts):
        if isinstance(part, ToolCallPart):
            ident = ids.of(message, part)
            call = _accepted(part, ident, rules)
            parts[place] = call
            pending.append(PendingCall(ident, part.id or "", call.name))
        elif isinstance(part, UnknownPart):
            own = part.raw.get("call_id") or part.raw.get("id")
            if isinstance(own, str):
                pending.append(PendingCall(own, own, None))
    changed = any(new is not old for new, old in zip(parts, message.parts, strict=True))
    return (message.model_copy(update={"parts": tuple(parts)}) if changed else message), pending


def result_text(message: ToolMessage) -> ToolMessage:
    """A result that says something if it is the result of a failure."""
    if not message.is_error or any(not isinstance(p, TextPart) or p.text.strip() for p in message.parts):
        return message
    return message.model_copy(update={"content": FAILED, "parts": (TextPart(text=FAILED),)})


def answer_to(call: PendingCall, result: ToolMessage) -> ToolMessage:
    """A result with the id that its call has in the sent copy."""
    if result.tool_call_id == call.id:
        return result_text(result)
    return result_text(result.model_copy(update={"tool_call_id": call.id, "name": result.name or call.name or None}))


def find_call(result: ToolMessage, calls: Sequence[PendingCall], answered: Iterable[PendingCall]) -> PendingCall | None:
    """The call that a result answers: the one with its id, else the next one without an id and with its name."""
    done = {call.id for call in answered}
    rest = [call for call in calls if call.id not in done]
    for call in rest:
        if result.tool_call_id and result.tool_call_id in (call.original, call.id):
            return call
    nameless = [call for call in rest if not call.original]
    named = [call for call in nameless if result.name is not None and call.name == result.name]
    return next(iter(named or nameless), None)


def _accepted(part: ToolCallPart, ident: str, rules: HistoryRules) -> ToolCallPart:
    """A call with this id, and with a name and arguments that the API accepts."""
    name, arguments = part.name, _arguments(part)
    if rules.tool_names is not None and not rules.tool_names.fits(name):
        name = rules.tool_names.fitted(name)
    if (ident, name, arguments) == (part.id, part.name, part.raw_arguments):
        return part
    return part.model_copy(update={"id": ident, "name": name, "raw_arguments": arguments})


def _arguments(part: ToolCallPart) -> str:
    """The arguments as the JSON text of an object; text that is none goes into a field of its own."""
    try:
        empty = not part.arguments
    except MalformedResponseError:
        return to_json({"invalid_json": part.raw_arguments}).decode()
    return part.raw_arguments if not empty else "{}"
