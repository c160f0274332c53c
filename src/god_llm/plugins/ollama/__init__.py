"""Ollama's chat API."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.ollama.chat import ChatOllama as ChatOllama
    from god_llm.plugins.ollama.extra import OllamaExtra as OllamaExtra
    from god_llm.plugins.ollama.extra import OllamaOptionsExtra as OllamaOptionsExtra
    from god_llm.plugins.ollama.formatter import OllamaFormatter as OllamaFormatter
    from god_llm.plugins.ollama.models import OllamaModel as OllamaModel
    from god_llm.plugins.ollama.normaliser import OllamaNormaliser as OllamaNormaliser
    from god_llm.plugins.ollama.transport import OllamaTransport as OllamaTransport
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "ChatOllama": "chat",
            "OllamaExtra": "extra",
            "OllamaFormatter": "formatter",
            "OllamaModel": "models",
            "OllamaNormaliser": "normaliser",
            "OllamaOptionsExtra": "extra",
            "OllamaTransport": "transport",
        },
    )

__all__ = [
    "ChatOllama",
    "OllamaExtra",
    "OllamaFormatter",
    "OllamaModel",
    "OllamaNormaliser",
    "OllamaOptionsExtra",
    "OllamaTransport",
]
