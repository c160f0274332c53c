"""The transport carries the requests of another provider."""

from dependency_injector import providers

from god_llm import ChatAnthropic, EnvironmentAuth
from god_llm.plugins.ollama import OllamaTransport

transport = providers.Singleton(OllamaTransport, providers.Singleton(EnvironmentAuth))
llm = providers.Factory(ChatAnthropic, "claude-sonnet-5-5", transport=transport)  # E: arg-type
