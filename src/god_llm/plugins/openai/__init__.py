"""OpenAI's two APIs: Responses, and chat completions, which many other servers speak."""

from god_llm.plugins.openai.chat import ChatOpenAI, OpenAIApi
from god_llm.plugins.openai.chat_completions_formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions_normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.models import OpenAIModel
from god_llm.plugins.openai.responses_formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses_normaliser import OpenAIResponsesNormaliser
from god_llm.plugins.openai.transport import OpenAIChatTransport, OpenAIResponsesTransport, OpenAITransport

__all__ = [
    "ChatOpenAI",
    "OpenAIApi",
    "OpenAIChatFormatter",
    "OpenAIChatNormaliser",
    "OpenAIChatTransport",
    "OpenAIModel",
    "OpenAIResponsesFormatter",
    "OpenAIResponsesNormaliser",
    "OpenAIResponsesTransport",
    "OpenAITransport",
]
