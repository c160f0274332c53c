"""The outcome of one prompt of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.messages import AIMessage, ModelT

__all__ = ["BatchResult"]


@dataclass(frozen=True, slots=True)
class BatchResult(Generic[ModelT]):
    """The outcome of one prompt: a message, or the exception in its place.

    Attributes:
        index: the place of the prompt, counted from 0.
        message: the answer, or None.
        error: why there is none, or None.
    """

    index: int
    message: AIMessage[ModelT] | None = None
    error: Exception | None = None

    def get(self) -> AIMessage[ModelT]:
        """The message; its exception is raised where there is none."""
        if self.message is not None:
            return self.message
        raise self.error or InvalidSettingError("a result has a message or an error")
