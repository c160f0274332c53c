"""A prompt as messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from god_llm.domain.exceptions import PromptError
from god_llm.domain.messages import BaseMessage, Prompt, UserMessage

__all__ = ["messages_of"]


def messages_of(prompt: Prompt) -> Sequence[BaseMessage]:
    """The messages of a prompt; a text is one user message.

    Raises:
        PromptError: it is empty, or is neither a text nor a sequence of messages; the text says what to pass.
    """
    if isinstance(prompt, str):
        if not prompt.strip():
            raise PromptError("the prompt is empty")
        return (UserMessage(content=prompt),)
    problem = _problem(prompt)
    if problem is not None:
        raise PromptError(problem)
    return prompt


def _problem(prompt: object) -> str | None:
    """A sentence about a prompt that is no sequence of messages, or None."""
    if isinstance(prompt, BaseMessage):
        return f"a prompt is a text or a sequence of messages, not one message: pass [{type(prompt).__name__}(...)]"
    if isinstance(prompt, Mapping):
        return f"a prompt is a text or a sequence of messages, not a dict: {_ADVICE}"
    if not isinstance(prompt, Sequence) or isinstance(prompt, bytes | bytearray):
        return f"a prompt is a text or a sequence of messages, not a {type(prompt).__name__}"
    if not prompt:
        return "the prompt is empty"
    wrong = next(((n, item) for n, item in enumerate(prompt) if not isinstance(item, BaseMessage)), None)
    if wrong is None:
        return None
    place, item = wrong
    return f"item {place} of the prompt is a {type(item).__name__}, not a message: {_ADVICE}"


_ADVICE = 'use UserMessage("..."), or read stored JSON with Conversation.validate_python(messages)'
