"""One run of a `Fallback`: which errors and replies lead to the next model, and a record of the attempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias, get_args

from god_llm.domain.deltas import Delta, FinishedDelta, PartDelta, RefusalDelta, StartedDelta, TextDelta, UsageDelta
from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, PromptError, ResponseError
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import ReasoningPart, RefusalPart
from god_llm.transports.logs import Fields, error_fields

__all__ = ["ATTEMPTS", "FallbackRun", "Gate", "UnusableReply", "check_replies"]

UnusableReply: TypeAlias = Literal["refusal", "content_filter", "length", "empty"]
"""A kind of reply: the model refused, a filter cut in, the token limit was met, or there is nothing but reasoning."""

ATTEMPTS: Final = "attempts"
"""The key in `AIMessage.metadata`."""

_KINDS: Final[tuple[UnusableReply, ...]] = get_args(UnusableReply)


def check_replies(replies: Sequence[str]) -> None:
    """Accept kinds of replies.

    Raises:
        ConfigurationError: one is unknown.
    """
    unknown = [replies] if isinstance(replies, str) else [each for each in replies if each not in _KINDS]
    if unknown:
        raise ConfigurationError(f"replies= takes a list of {', '.join(map(repr, _KINDS))}, not {unknown[0]!r}")


class FallbackRun:
    """The attempts of one call.

    Args:
        models: how many there are.
        on: the errors to fall back on beside the retryable ones.
        replies: the replies to fall back on.
    """

    def __init__(self, models: int, on: tuple[type[BaseLLMException], ...], replies: frozenset[UnusableReply]) -> None:
        self._models = models
        self._on = on
        self._replies = replies
        self._attempts: list[Fields] = []
        self._notes: list[str] = []

    def stops_at(self, error: BaseLLMException, *, handed_out: bool = False) -> bool:
        """True if the error is to be raised, with notes on the earlier attempts; else it is recorded."""
        if handed_out or self._is_last or not self._leads_on(error):
            for note in self._notes:
                error.add_note(note)
            return True
        facts = error_fields(error)
        status = "" if facts["status"] is None else f" (status {facts['status']})"
        asked = f"{error.provider or 'model'} {error.model or len(self._attempts)}"
        self._record(facts, f"before: {asked}: {type(error).__name__}{status}")
        return False

    def accepts(self, answer: object) -> bool:
        """True if the answer is to be returned; else its kind is recorded."""
        kind = None if self._is_last or not isinstance(answer, AIMessage) else self._unusable(answer)
        if kind is not None:
            self.reject(kind)
        return kind is None

    def reject(self, kind: UnusableReply) -> None:
        """Record a reply that is of no use."""
        self._record({"reply": kind}, f"before: model {len(self._attempts)}: reply of the kind {kind!r}")

    def marked(self, message: AIMessage) -> AIMessage:
        """The message with the earlier attempts in its metadata, if there were any."""
        if not self._attempts:
            return message
        metadata = {**(message.metadata or {}), ATTEMPTS: [dict(each) for each in self._attempts]}
        return message.model_copy(update={"metadata": metadata})

    def gate(self) -> Gate:
        """A gate for the stream of the next model; that of the last one is open."""
        return Gate(self, self._replies, is_open=self._is_last)

    @property
    def _is_last(self) -> bool:
        return len(self._attempts) == self._models - 1

    def _leads_on(self, error: BaseLLMException) -> bool:
        if isinstance(error, ResponseError) and error.partial is not None and self._unusable(error.partial):
            return True
        skipped = isinstance(error, PromptError) and bool(self._attempts)
        return skipped or error.retryable or isinstance(error, self._on)

    def _unusable(self, message: AIMessage) -> UnusableReply | None:
        found = {message.finish_reason, "refusal" if message.refusal else None, "empty" if _empty(message) else None}
        return next((kind for kind in _KINDS if kind in found and kind in self._replies), None)

    def _record(self, facts: Fields, note: str) -> None:
        self._attempts.append({"model": len(self._attempts), **facts})
        self._notes.append(note)


class Gate:
    """Holds the deltas of one stream back until they say something of an answer.

    Attributes:
        is_open: whether deltas have been handed out; no other model can answer then.
        rejected: whether the reply is of no use, before any of it was handed out.
    """

    def __init__(self, run: FallbackRun, replies: frozenset[UnusableReply], *, is_open: bool) -> None:
        self._run = run
        self._replies = replies
        self._held: list[Delta] = []
        self.is_open: bool = is_open
        self.rejected: bool = False

    def passed(self, delta: Delta) -> Iterable[Delta]:
        """The deltas to hand out now."""
        if self.is_open:
            return (delta,)
        self._held.append(delta)
        if isinstance(delta, StartedDelta | UsageDelta) or (isinstance(delta, TextDelta) and not delta.text):
            return ()
        kind = self._unusable(delta)
        if kind is None:
            return self.rest()
        self.rejected = True
        self._run.reject(kind)
        return ()

    def rest(self) -> Iterable[Delta]:
        """The deltas that were held back."""
        held, self._held, self.is_open = self._held, [], True
        return held

    def _unusable(self, delta: Delta) -> UnusableReply | None:
        """The kind of reply that starts with this delta."""
        if isinstance(delta, RefusalDelta) or (isinstance(delta, PartDelta) and isinstance(delta.part, RefusalPart)):
            found: set[str | None] = {"refusal"}
        elif isinstance(delta, FinishedDelta):
            found = {delta.finish_reason, "empty"}
        else:
            return None
        return next((kind for kind in _KINDS if kind in found and kind in self._replies), None)


def _empty(message: AIMessage) -> bool:
    """True for a message without text and without any part but reasoning."""
    return not message.content and all(isinstance(part, ReasoningPart) for part in message.parts if part.type != "text")
