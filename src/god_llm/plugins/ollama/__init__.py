"""Ollama's own chat API."""

from god_llm.plugins.ollama.chat import ChatOllama
from god_llm.plugins.ollama.formatter import OllamaFormatter
from god_llm.plugins.ollama.models import OllamaModel
from god_llm.plugins.ollama.normaliser import OllamaNormaliser
from god_llm.plugins.ollama.transport import OllamaTransport

__all__ = [
    "ChatOllama",
    "OllamaFormatter",
    "OllamaModel",
    "OllamaNormaliser",
    "OllamaTransport",
]
