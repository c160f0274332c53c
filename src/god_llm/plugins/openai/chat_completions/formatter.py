"""A conversation as a request of OpenAI's chat completions.

https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from typing_extensions import override

from god_llm.dialects.chat_completions.formatter import SETTINGS, ChatCompletionsFormatter, RequestVariant
from god_llm.domain.messages import BaseMessage
from god_llm.domain.settings import Settings
from god_llm.plugins.openai.catalogue import CATALOGUE
from god_llm.plugins.openai.efforts import EFFORTS
from god_llm.plugins.openai.tiers import CHAT_TIERS

if TYPE_CHECKING:
    from god_llm.plugins.openai.chat_completions.wire import Request

__all__ = ["SETTINGS", "OpenAIChatFormatter"]


class OpenAIChatFormatter(ChatCompletionsFormatter):
    """Writes requests for OpenAI's chat completions, and for servers that speak like it.

    The limit of tokens is `max_completion_tokens` for OpenAI's reasoning models, which reject the old
    name, and `max_tokens` for all others: it is the name that every compatible server knows.
    """

    def __init__(self) -> None:
        super().__init__(_VARIANT)

    @override
    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        # The body is put together from a table that is shared with other providers; a test holds it to the SDK's type.
        return cast("Request", self.body(model, messages, settings))


def _limit(model: str) -> str:
    """The name of the limit of tokens; a fine-tuned model (`ft:<base>:...`) has its base's."""
    base = model.split(":")[1] if model.startswith("ft:") else model
    reasons = base in CATALOGUE.models and CATALOGUE.facts(base).sampling != "always"
    return "max_completion_tokens" if reasons else "max_tokens"


_VARIANT: Final = RequestVariant(
    "openai",
    takes=frozenset({"text", "image", "audio", "document"}),
    limit=_limit,
    efforts=EFFORTS,
    tiers=CHAT_TIERS,
)
