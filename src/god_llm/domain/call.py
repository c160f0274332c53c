"""One call of a model, as a value: what crosses the `LanguageModel` socket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from god_llm.domain.messages import BaseMessage
from god_llm.domain.providers import ProviderName
from god_llm.domain.settings import Settings

__all__ = ["Call"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a model.

    Attributes:
        provider: the provider's name.
        model: the model's name, as the provider knows it.
        messages: the conversation, at least one message.
        settings: the facade's settings with the call's own merged in, already checked.
    """

    provider: ProviderName
    model: str
    messages: Sequence[BaseMessage]
    settings: Settings
