"""Groq's chat completions."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.groq.chat import ChatGroq as ChatGroq
    from god_llm.plugins.groq.extra import GroqExtra as GroqExtra
    from god_llm.plugins.groq.formatter import GroqFormatter as GroqFormatter
    from god_llm.plugins.groq.models import GroqModel as GroqModel
    from god_llm.plugins.groq.normaliser import GroqNormaliser as GroqNormaliser
    from god_llm.plugins.groq.transport import GroqTransport as GroqTransport
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "ChatGroq": "chat",
            "GroqExtra": "extra",
            "GroqFormatter": "formatter",
            "GroqModel": "models",
            "GroqNormaliser": "normaliser",
            "GroqTransport": "transport",
        },
    )

__all__ = [
    "ChatGroq",
    "GroqExtra",
    "GroqFormatter",
    "GroqModel",
    "GroqNormaliser",
    "GroqTransport",
]
