"""A setting's name is misspelt."""

from dependency_injector import providers

from god_llm import ChatAnthropic

llm = providers.Factory(ChatAnthropic, "claude-sonnet-5-5", temprature=0.2)  # E: call-arg
