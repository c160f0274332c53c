"""The formatter writes the requests of another provider."""

from dependency_injector import providers

from god_llm import ChatAnthropic
from god_llm.plugins.ollama import OllamaFormatter

llm = providers.Factory(
    ChatAnthropic,
    "claude-sonnet-5-5",
    formatter=providers.Singleton(OllamaFormatter),  # E: arg-type
)
