"""Groq's chat completions."""

from god_llm.plugins.groq.chat import ChatGroq
from god_llm.plugins.groq.formatter import GroqFormatter
from god_llm.plugins.groq.models import GroqModel
from god_llm.plugins.groq.normaliser import GroqNormaliser
from god_llm.plugins.groq.transport import GroqTransport

__all__ = ["ChatGroq", "GroqFormatter", "GroqModel", "GroqNormaliser", "GroqTransport"]
