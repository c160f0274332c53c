"""One folder = one provider. The facades are resolved on first use, so that no SDK and no other provider loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from god_llm.plugins.registry import facade

if TYPE_CHECKING:
    from god_llm.plugins.anthropic import ChatAnthropic as ChatAnthropic
    from god_llm.plugins.bedrock import ChatBedrock as ChatBedrock
    from god_llm.plugins.groq import ChatGroq as ChatGroq
    from god_llm.plugins.ollama import ChatOllama as ChatOllama
    from god_llm.plugins.openai import ChatOpenAI as ChatOpenAI

_FACADES = {
    "ChatAnthropic": "anthropic",
    "ChatBedrock": "bedrock",
    "ChatGroq": "groq",
    "ChatOllama": "ollama",
    "ChatOpenAI": "openai",
}


def __getattr__(name: str) -> object:
    if name in _FACADES:
        return facade(_FACADES[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_FACADES])
