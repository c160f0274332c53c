"""The parts of the library's containers may be replaced by what fits their sockets."""

from typing import assert_type

from dependency_injector import providers
from pydantic import SecretStr

from god_llm import ChatGroq, EnvironmentAuth, StaticAuth
from god_llm.containers import AnthropicContainer, GroqContainer, GroqSettings, LLMContainer, OpenAIContainer
from god_llm.plugins.groq import GroqFormatter, GroqNormaliser, GroqTransport
from god_llm.plugins.openai.responses.wire import Request as ResponsesRequest
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds

container = GroqContainer(settings=GroqSettings(model="llama-3.1-8b-instant"), transport=FakeTransport({}))
container.keys.override(StaticAuth("key"))
container.auth.override(providers.Singleton(EnvironmentAuth))
container.transport.override(providers.Singleton(GroqTransport, container.auth))
container.async_transport.override(FakeTransport({}))
container.formatter.override(GroqFormatter())
container.normaliser.override(providers.Factory(GroqNormaliser))
container.override_providers(ids=SequentialIds(), clock=providers.Object(FrozenClock()))
assert_type(container.settings().api_key, SecretStr | None)
llm: ChatGroq = container.llm(temperature=0.2, max_tokens=3)
every = LLMContainer(keys=StaticAuth("key"), clock=FrozenClock())
every.groq.transport.override(FakeTransport({}))
every.anthropic.override_providers(transport=FakeTransport({}))
assert_type(every.anthropic, AnthropicContainer)
OpenAIContainer(transport=FakeTransport[ResponsesRequest]({}))
