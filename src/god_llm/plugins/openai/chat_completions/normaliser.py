"""OpenAI's chat completions as an `AIMessage`."""

from __future__ import annotations

from typing import Final

from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.vocabulary import FACTS, ReplyVariant
from god_llm.plugins.openai.errors import failure

__all__ = ["OpenAIChatNormaliser"]

_VARIANT: Final = ReplyVariant("openai", failure, facts={**FACTS, "moderation": (("moderation",),)})


class OpenAIChatNormaliser(ChatCompletionsNormaliser):
    """Reads whole replies of chat completions, and makes the decoder for streams."""

    def __init__(self) -> None:
        super().__init__(_VARIANT)
