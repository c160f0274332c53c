"""Two settings are swapped where they are wired."""

from dependency_injector import providers

from god_llm import ChatAnthropic
from god_llm.containers import AnthropicSettings

settings = providers.Singleton(AnthropicSettings)
llm = providers.Factory(
    ChatAnthropic,
    settings.provided.model,
    timeout=settings.provided.base_url,  # E: arg-type
    base_url=settings.provided.timeout,  # E: arg-type
)
