"""A conversation as Groq's request.

https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from typing_extensions import override

from god_llm.dialects.chat_completions.formatter import ChatCompletionsFormatter, Json, RequestVariant
from god_llm.domain.messages import BaseMessage
from god_llm.domain.settings import Settings
from god_llm.plugins.groq.catalogue import CATALOGUE

if TYPE_CHECKING:
    from god_llm.plugins.groq.wire import Request

__all__ = ["SETTINGS", "GroqFormatter"]

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "stop",
        "seed",
        "reasoning",
        "show_reasoning",
        "presence_penalty",
        "frequency_penalty",
        "parallel_tool_calls",
        "service_tier",
        "user",
        "tools",
        "tool_choice",
        "response_schema",
    }
)
"""The settings that Groq accepts. Its API has `logprobs` and `metadata` too, and rejects or ignores both:
https://console.groq.com/docs/openai#currently-unsupported-openai-features."""

# https://console.groq.com/docs/structured-outputs: the others follow a schema as well as they can.
_STRICT: Final = frozenset({"openai/gpt-oss-20b", "openai/gpt-oss-120b"})


class GroqFormatter(ChatCompletionsFormatter):
    """Writes requests for Groq.

    What a model reasoned goes back to it, and to no other model. Earlier refusals are said as text, since
    Groq has no field for them.
    """

    def __init__(self) -> None:
        super().__init__(_VARIANT)

    @override
    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        # The body is put together from a table that is shared with other providers; a test holds it to the SDK's type.
        return cast("Request", self.body(model, messages, settings))


# Named, so that the formatter can be pickled.
def _limit(_: str) -> str:
    return "max_completion_tokens"


def _strict(model: str) -> bool:
    return model in _STRICT


def _display(model: str, shown: bool) -> Json:
    """https://console.groq.com/docs/reasoning: gpt-oss rejects `reasoning_format`; Qwen's is `raw` by default."""
    if CATALOGUE.facts(model).reasoning_style == "include_reasoning":
        return {"include_reasoning": shown}
    return {"reasoning_format": "parsed" if shown else "hidden"}


_VARIANT: Final = RequestVariant(
    "groq",
    limit=_limit,
    strict=_strict,
    # https://console.groq.com/docs/reasoning#options-for-reasoning-effort
    efforts={"none": "none", "default": "default", "low": "low", "medium": "medium", "high": "high"},
    refusals=False,
    # https://console.groq.com/docs/flex-processing
    tiers={"auto": "auto", "on_demand": "on_demand", "flex": "flex", "performance": "performance"},
    display=_display,
    # https://github.com/vercel/ai/pull/16540: "json mode cannot be combined with tool/function calling"
    schema_beside_tools=False,
    reasoning_field="reasoning",
)
