"""A number is written as a text."""

from dependency_injector import providers

from god_llm import ChatAnthropic

llm = providers.Factory(ChatAnthropic, "claude-sonnet-5-5", temperature="0.2")  # E: arg-type
