"""Groq's reply as an `AIMessage`.

https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

from typing import Final

from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.vocabulary import FACTS, ReplyVariant
from god_llm.plugins.groq.errors import failure

__all__ = ["GroqNormaliser"]

# A stream keeps its counts in `x_groq`, and often there alone; a whole reply has other counts there.
_VARIANT: Final = ReplyVariant(
    "groq",
    failure,
    usage=(("usage",), ("x_groq", "usage")),
    facts={
        **FACTS,
        "request_id": (("x_groq", "id"),),
        "seed": (("x_groq", "seed"),),
        "queue_time": (("usage", "queue_time"), ("x_groq", "usage", "queue_time")),
        "prompt_time": (("usage", "prompt_time"), ("x_groq", "usage", "prompt_time")),
        "completion_time": (("usage", "completion_time"), ("x_groq", "usage", "completion_time")),
        "total_time": (("usage", "total_time"), ("x_groq", "usage", "total_time")),
        "usage_breakdown": (("usage_breakdown",), ("x_groq", "usage_breakdown")),
        "mcp_list_tools": (("mcp_list_tools",),),
    },
    reasoning_field="reasoning",
    needs_done=True,
)


class GroqNormaliser(ChatCompletionsNormaliser):
    """Reads whole replies, and makes the decoder for streams."""

    def __init__(self) -> None:
        super().__init__(_VARIANT)
