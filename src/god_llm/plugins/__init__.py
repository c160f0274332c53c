"""One folder is one provider. The facades are imported on first use, so that no SDK and no other provider loads."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.anthropic import ChatAnthropic as ChatAnthropic
    from god_llm.plugins.bedrock import ChatBedrock as ChatBedrock
    from god_llm.plugins.groq import ChatGroq as ChatGroq
    from god_llm.plugins.ollama import ChatOllama as ChatOllama
    from god_llm.plugins.openai import ChatOpenAI as ChatOpenAI
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "ChatAnthropic": "anthropic",
            "ChatBedrock": "bedrock",
            "ChatGroq": "groq",
            "ChatOllama": "ollama",
            "ChatOpenAI": "openai",
        },
    )

__all__ = [
    "ChatAnthropic",
    "ChatBedrock",
    "ChatGroq",
    "ChatOllama",
    "ChatOpenAI",
]
