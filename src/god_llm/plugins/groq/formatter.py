"""A conversation as Groq's request.

https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from god_llm.dialects.chat_completions.formatter import ChatCompletionsFormatter, Wording
from god_llm.domain.messages import BaseMessage
from god_llm.domain.settings import Settings

if TYPE_CHECKING:
    from god_llm.plugins.groq.wire import Request

__all__ = ["GroqFormatter"]

# https://console.groq.com/docs/structured-outputs: the others follow a schema as well as they can.
_STRICT: Final = frozenset({"openai/gpt-oss-20b", "openai/gpt-oss-120b"})


class GroqFormatter(ChatCompletionsFormatter):
    """Writes requests for Groq.

    What a model reasoned goes back to it, and to no other model. Earlier refusals are said as text, since
    Groq has no field for them.
    """

    def __init__(self) -> None:
        super().__init__(_WORDING)

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        # The body is put together from a table that is shared with other providers; a test holds it to the SDK's type.
        return cast("Request", self.body(model, messages, settings))


# Named, so that the formatter can be pickled.
def _limit(_: str) -> str:
    return "max_completion_tokens"


def _strict(model: str) -> bool:
    return model in _STRICT


_WORDING: Final = Wording(
    "groq",
    limit=_limit,
    strict=_strict,
    # https://console.groq.com/docs/reasoning#options-for-reasoning-effort
    efforts={"none": "none", "default": "default", "low": "low", "medium": "medium", "high": "high"},
    refusals=False,
    reasoning=True,
)
