"""Ollama's facade."""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.plugins.ollama.formatter import OllamaFormatter
from god_llm.plugins.ollama.models import CATALOGUE, OllamaModel
from god_llm.plugins.ollama.normaliser import OllamaNormaliser
from god_llm.plugins.ollama.transport import OllamaTransport
from god_llm.plugins.ollama.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = ["ChatOllama"]


class ChatOllama(ChatModel[OllamaModel | CustomModel, Request]):
    """A model that Ollama runs, on this machine, on another one, or in Ollama's cloud.

    Args:
        model_name: for example `"llama3.1"`; a tag that is not listed is `CustomModel("qwen3:8b")`.
        temperature: at least 0; the default is not sent, since each model brings one of its own.
        api_key: by default `OLLAMA_API_KEY`; a local Ollama needs none.
        max_tokens, top_p, stop, seed: see `GenerationSettings`.
        timeout: seconds without a sign of life from the service; by default there is no limit, since a model
            may take long to load.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, without `/api`; by default `OLLAMA_HOST`, else this machine.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    def __init__(
        self,
        model_name: OllamaModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        auth: AuthSource | None = None,
        transport: Transport[Request] | None = None,
        async_transport: AsyncTransport[Request] | None = None,
        formatter: PromptFormatter[Request] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            "ollama",
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            catalogue=CATALOGUE,
            connect=lambda keys: retrying(OllamaTransport(keys, base_url=base_url, timeout=timeout), max_retries),
            auth=auth,
            transport=transport,
            async_transport=async_transport,
            formatter=OllamaFormatter() if formatter is None else formatter,
            normaliser=OllamaNormaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )
