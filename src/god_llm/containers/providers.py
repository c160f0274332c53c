"""One container per provider: its settings, its parts, and the model they make.

Each part can be overridden on its own (`container.transport.override(...)`). `llm` is a `Factory`: a facade
holds nothing but its parts and takes microseconds to make, so each `container.llm()` is made of the parts as
they are now, and may be used from any number of threads and event loops. The connections are what is kept:
`transport` is the same object for all threads, `container.shutdown_resources()` closes its sync connections,
those of async calls end with their event loop (or with `await container.llm().aclose()`), and the next call
opens new ones. A transport of yours is yours to close. What was made from `settings`, `keys` or `auth` keeps
them until `container.reset_singletons()`: override these three before the first use.

`keys` is the source that is asked, at every request, where the settings hold no key: by default the
environment variables. With an overridden transport no key is needed.

Raises:
    ConfigurationError: on first use, where a setting is missing or can't be read.
    MissingAPIKeyError: from `llm()`, where a real connection needs a key and the environment has none.
"""

from __future__ import annotations

from typing import Any

from dependency_injector import containers, providers
from dependency_injector.providers import Provider

from god_llm.auth import EnvironmentAuth
from god_llm.containers.parts import async_side, auth_of, aws_auth, closed_at_shutdown, configured, kept, sync_side
from god_llm.containers.settings import (
    AnthropicSettings,
    BedrockSettings,
    GroqSettings,
    OllamaSettings,
    OpenAISettings,
)
from god_llm.domain.identity import Clock, IdSource, new_id, utc_now
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic import AnthropicFormatter, AnthropicNormaliser, AnthropicTransport, ChatAnthropic
from god_llm.plugins.anthropic.wire import Request as AnthropicRequest
from god_llm.plugins.bedrock import BedrockFormatter, BedrockNormaliser, BedrockTransport, ChatBedrock
from god_llm.plugins.bedrock.wire import Request as BedrockRequest
from god_llm.plugins.groq import ChatGroq, GroqFormatter, GroqNormaliser, GroqTransport
from god_llm.plugins.groq.wire import Request as GroqRequest
from god_llm.plugins.ollama import ChatOllama, OllamaFormatter, OllamaNormaliser, OllamaTransport
from god_llm.plugins.ollama.wire import Request as OllamaRequest
from god_llm.plugins.openai import (
    ChatOpenAI,
    OpenAIChatFormatter,
    OpenAIChatNormaliser,
    OpenAIChatTransport,
    OpenAIResponsesFormatter,
    OpenAIResponsesNormaliser,
    OpenAIResponsesTransport,
)
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = ["AnthropicContainer", "BedrockContainer", "GroqContainer", "OllamaContainer", "OpenAIContainer"]


class AnthropicContainer(containers.DeclarativeContainer):
    """Anthropic's Messages API."""

    settings: providers.ThreadSafeSingleton[AnthropicSettings] = providers.ThreadSafeSingleton(AnthropicSettings)
    keys: Provider[AuthSource] = providers.ThreadSafeSingleton(EnvironmentAuth)
    auth: Provider[AuthSource] = providers.ThreadSafeSingleton(auth_of, "anthropic", settings, keys)
    connections: providers.Resource[list[object]] = providers.Resource(closed_at_shutdown)
    transport: Provider[Transport[AnthropicRequest]] = providers.Callable(
        kept,
        connections,
        providers.ThreadSafeSingleton(
            retrying,
            providers.Factory(
                AnthropicTransport, auth, base_url=settings.provided.base_url, timeout=settings.provided.timeout
            ),
            settings.provided.max_retries,
        ),
    )
    async_transport: Provider[AsyncTransport[AnthropicRequest] | None] = providers.Callable(async_side, transport)
    formatter: Provider[PromptFormatter[AnthropicRequest]] = providers.ThreadSafeSingleton(AnthropicFormatter)
    normaliser: Provider[ResponseNormaliser] = providers.ThreadSafeSingleton(AnthropicNormaliser)
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    llm: providers.Factory[ChatAnthropic] = providers.Factory(
        ChatAnthropic,
        model_name=configured(settings.provided.model),
        temperature=configured(settings.provided.temperature),
        max_tokens=settings.provided.max_tokens,
        top_p=configured(settings.provided.top_p),
        stop=settings.provided.stop,
        seed=settings.provided.seed,
        reasoning=configured(settings.provided.reasoning),
        auth=auth,
        transport=providers.Callable(sync_side, "anthropic", transport.provider, async_transport.provider, auth),
        async_transport=async_transport,
        formatter=formatter,
        normaliser=normaliser,
        ids=ids,
        clock=clock,
    )


class BedrockContainer(containers.DeclarativeContainer):
    """AWS Bedrock's Converse API; its credentials are AWS's own, so there is no `keys`."""

    settings: providers.ThreadSafeSingleton[BedrockSettings] = providers.ThreadSafeSingleton(BedrockSettings)
    auth: Provider[AuthSource] = providers.ThreadSafeSingleton(aws_auth, settings)
    connections: providers.Resource[list[object]] = providers.Resource(closed_at_shutdown)
    transport: Provider[Transport[BedrockRequest]] = providers.Callable(
        kept,
        connections,
        providers.ThreadSafeSingleton(
            retrying,
            providers.Factory(
                BedrockTransport,
                auth,
                region=settings.provided.region,
                base_url=settings.provided.base_url,
                timeout=settings.provided.timeout,
                max_concurrency=settings.provided.max_concurrency,
            ),
            settings.provided.max_retries,
        ),
    )
    async_transport: Provider[AsyncTransport[BedrockRequest] | None] = providers.Callable(async_side, transport)
    formatter: Provider[PromptFormatter[BedrockRequest]] = providers.ThreadSafeSingleton(BedrockFormatter)
    normaliser: Provider[ResponseNormaliser] = providers.ThreadSafeSingleton(BedrockNormaliser)
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    llm: providers.Factory[ChatBedrock] = providers.Factory(
        ChatBedrock,
        model_name=configured(settings.provided.model),
        temperature=configured(settings.provided.temperature),
        max_tokens=settings.provided.max_tokens,
        top_p=configured(settings.provided.top_p),
        stop=settings.provided.stop,
        seed=settings.provided.seed,
        reasoning=configured(settings.provided.reasoning),
        auth=auth,
        transport=providers.Callable(sync_side, "bedrock", transport.provider, async_transport.provider, auth),
        async_transport=async_transport,
        formatter=formatter,
        normaliser=normaliser,
        ids=ids,
        clock=clock,
    )


class GroqContainer(containers.DeclarativeContainer):
    """Groq's chat completions."""

    settings: providers.ThreadSafeSingleton[GroqSettings] = providers.ThreadSafeSingleton(GroqSettings)
    keys: Provider[AuthSource] = providers.ThreadSafeSingleton(EnvironmentAuth)
    auth: Provider[AuthSource] = providers.ThreadSafeSingleton(auth_of, "groq", settings, keys)
    connections: providers.Resource[list[object]] = providers.Resource(closed_at_shutdown)
    transport: Provider[Transport[GroqRequest]] = providers.Callable(
        kept,
        connections,
        providers.ThreadSafeSingleton(
            retrying,
            providers.Factory(
                GroqTransport, auth, base_url=settings.provided.base_url, timeout=settings.provided.timeout
            ),
            settings.provided.max_retries,
        ),
    )
    async_transport: Provider[AsyncTransport[GroqRequest] | None] = providers.Callable(async_side, transport)
    formatter: Provider[PromptFormatter[GroqRequest]] = providers.ThreadSafeSingleton(GroqFormatter)
    normaliser: Provider[ResponseNormaliser] = providers.ThreadSafeSingleton(GroqNormaliser)
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    llm: providers.Factory[ChatGroq] = providers.Factory(
        ChatGroq,
        model_name=configured(settings.provided.model),
        temperature=configured(settings.provided.temperature),
        max_tokens=settings.provided.max_tokens,
        top_p=configured(settings.provided.top_p),
        stop=settings.provided.stop,
        seed=settings.provided.seed,
        reasoning=configured(settings.provided.reasoning),
        auth=auth,
        transport=providers.Callable(sync_side, "groq", transport.provider, async_transport.provider, auth),
        async_transport=async_transport,
        formatter=formatter,
        normaliser=normaliser,
        ids=ids,
        clock=clock,
    )


class OllamaContainer(containers.DeclarativeContainer):
    """Ollama, which needs a key only in its cloud."""

    settings: providers.ThreadSafeSingleton[OllamaSettings] = providers.ThreadSafeSingleton(OllamaSettings)
    keys: Provider[AuthSource] = providers.ThreadSafeSingleton(EnvironmentAuth)
    auth: Provider[AuthSource] = providers.ThreadSafeSingleton(auth_of, "ollama", settings, keys)
    connections: providers.Resource[list[object]] = providers.Resource(closed_at_shutdown)
    transport: Provider[Transport[OllamaRequest]] = providers.Callable(
        kept,
        connections,
        providers.ThreadSafeSingleton(
            retrying,
            providers.Factory(
                OllamaTransport, auth, base_url=settings.provided.base_url, timeout=settings.provided.timeout
            ),
            settings.provided.max_retries,
        ),
    )
    async_transport: Provider[AsyncTransport[OllamaRequest] | None] = providers.Callable(async_side, transport)
    formatter: Provider[PromptFormatter[OllamaRequest]] = providers.ThreadSafeSingleton(OllamaFormatter)
    normaliser: Provider[ResponseNormaliser] = providers.ThreadSafeSingleton(OllamaNormaliser)
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    llm: providers.Factory[ChatOllama] = providers.Factory(
        ChatOllama,
        model_name=configured(settings.provided.model),
        temperature=configured(settings.provided.temperature),
        max_tokens=settings.provided.max_tokens,
        top_p=configured(settings.provided.top_p),
        stop=settings.provided.stop,
        seed=settings.provided.seed,
        reasoning=configured(settings.provided.reasoning),
        auth=auth,
        transport=providers.Callable(sync_side, "ollama", transport.provider, async_transport.provider, auth),
        async_transport=async_transport,
        formatter=formatter,
        normaliser=normaliser,
        ids=ids,
        clock=clock,
    )


class OpenAIContainer(containers.DeclarativeContainer):
    """OpenAI; `settings.api` decides which of its two APIs the parts speak."""

    settings: providers.ThreadSafeSingleton[OpenAISettings] = providers.ThreadSafeSingleton(OpenAISettings)
    keys: Provider[AuthSource] = providers.ThreadSafeSingleton(EnvironmentAuth)
    auth: Provider[AuthSource] = providers.ThreadSafeSingleton(auth_of, "openai", settings, keys)
    connections: providers.Resource[list[object]] = providers.Resource(closed_at_shutdown)
    # Any: `settings.api` decides at run time whose requests they are.
    transport: Provider[Transport[Any]] = providers.Callable(
        kept,
        connections,
        providers.ThreadSafeSingleton(
            retrying,
            providers.Selector(
                settings.provided.api,
                responses=providers.Factory(
                    OpenAIResponsesTransport,
                    auth,
                    base_url=settings.provided.base_url,
                    timeout=settings.provided.timeout,
                ),
                chat_completions=providers.Factory(
                    OpenAIChatTransport, auth, base_url=settings.provided.base_url, timeout=settings.provided.timeout
                ),
            ),
            settings.provided.max_retries,
        ),
    )
    async_transport: Provider[AsyncTransport[Any] | None] = providers.Callable(async_side, transport)
    formatter: Provider[PromptFormatter[JsonObject]] = providers.Selector(
        settings.provided.api,
        responses=providers.ThreadSafeSingleton(OpenAIResponsesFormatter),
        chat_completions=providers.ThreadSafeSingleton(OpenAIChatFormatter),
    )
    normaliser: Provider[ResponseNormaliser] = providers.Selector(
        settings.provided.api,
        responses=providers.ThreadSafeSingleton(OpenAIResponsesNormaliser),
        chat_completions=providers.ThreadSafeSingleton(OpenAIChatNormaliser),
    )
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    llm: providers.Factory[ChatOpenAI] = providers.Factory(
        ChatOpenAI,
        model_name=configured(settings.provided.model),
        temperature=configured(settings.provided.temperature),
        api=configured(settings.provided.api),
        max_tokens=settings.provided.max_tokens,
        top_p=configured(settings.provided.top_p),
        stop=settings.provided.stop,
        seed=settings.provided.seed,
        reasoning=configured(settings.provided.reasoning),
        auth=auth,
        transport=providers.Callable(sync_side, "openai", transport.provider, async_transport.provider, auth),
        async_transport=async_transport,
        formatter=formatter,
        normaliser=normaliser,
        ids=ids,
        clock=clock,
    )
