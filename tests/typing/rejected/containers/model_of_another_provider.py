"""A model's name is one of another provider."""

from dependency_injector import providers

from god_llm import ChatAnthropic

llm = providers.Singleton(ChatAnthropic, model_name="gpt-5.5")  # E: arg-type
