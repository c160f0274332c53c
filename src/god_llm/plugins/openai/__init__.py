"""OpenAI's two APIs: Responses, and chat completions, which many other servers speak."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.openai.chat import ChatOpenAI as ChatOpenAI
    from god_llm.plugins.openai.chat_completions.extra import OpenAIChatExtra as OpenAIChatExtra
    from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter as OpenAIChatFormatter
    from god_llm.plugins.openai.chat_completions.normaliser import OpenAIChatNormaliser as OpenAIChatNormaliser
    from god_llm.plugins.openai.models import OpenAIModel as OpenAIModel
    from god_llm.plugins.openai.provider import OpenAIApi as OpenAIApi
    from god_llm.plugins.openai.responses.extra import OpenAIResponsesExtra as OpenAIResponsesExtra
    from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter as OpenAIResponsesFormatter
    from god_llm.plugins.openai.responses.normaliser import OpenAIResponsesNormaliser as OpenAIResponsesNormaliser
    from god_llm.plugins.openai.server_names import ServerName as ServerName
    from god_llm.plugins.openai.servers import SERVERS as SERVERS
    from god_llm.plugins.openai.servers import Server as Server
    from god_llm.plugins.openai.transport import OpenAIChatTransport as OpenAIChatTransport
    from god_llm.plugins.openai.transport import OpenAIResponsesTransport as OpenAIResponsesTransport
    from god_llm.plugins.openai.transport import OpenAITransport as OpenAITransport
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "SERVERS": "servers",
            "ChatOpenAI": "chat",
            "OpenAIApi": "provider",
            "OpenAIChatExtra": "chat_completions.extra",
            "OpenAIChatFormatter": "chat_completions.formatter",
            "OpenAIChatNormaliser": "chat_completions.normaliser",
            "OpenAIChatTransport": "transport",
            "OpenAIModel": "models",
            "OpenAIResponsesExtra": "responses.extra",
            "OpenAIResponsesFormatter": "responses.formatter",
            "OpenAIResponsesNormaliser": "responses.normaliser",
            "OpenAIResponsesTransport": "transport",
            "OpenAITransport": "transport",
            "Server": "servers",
            "ServerName": "server_names",
        },
    )

__all__ = [
    "SERVERS",
    "ChatOpenAI",
    "OpenAIApi",
    "OpenAIChatExtra",
    "OpenAIChatFormatter",
    "OpenAIChatNormaliser",
    "OpenAIChatTransport",
    "OpenAIModel",
    "OpenAIResponsesExtra",
    "OpenAIResponsesFormatter",
    "OpenAIResponsesNormaliser",
    "OpenAIResponsesTransport",
    "OpenAITransport",
    "Server",
    "ServerName",
]
