"""Ollama's facade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack, cast, overload

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.engine.options import ChatOptions
from god_llm.plugins.ollama.formatter import OllamaFormatter
from god_llm.plugins.ollama.models import CATALOGUE, AnyOllamaModel, OllamaModelT
from god_llm.plugins.ollama.normaliser import OllamaNormaliser
from god_llm.plugins.ollama.transport import OllamaTransport
from god_llm.plugins.ollama.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.plugins.blame import Blamed, Unasked, UnaskedOptions
    from god_llm.plugins.ollama import models as m

__all__ = ["ChatOllama"]


class OllamaOptions(ChatOptions[Request], total=False):
    """The options of a model of Ollama's."""


class ChatOllama(ChatModel[OllamaModelT, Request]):
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

    # -- written by scripts/generate_models.py from catalogue.json: begin --
    # fmt: off
    @overload
    def __init__(self: ChatOllama[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[OllamaOptions]) -> None: ...
    @overload
    def __init__(self: ChatOllama[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[OllamaOptions]) -> None: ...
    @overload
    def __init__(self: ChatOllama[m.LowMediumHighSampled], model_name: m.LowMediumHighSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: float | None = ...,
                 **options: Unpack[OllamaOptions]) -> None: ...
    @overload
    def __init__(self: ChatOllama[m.NoneDefaultSampled], model_name: m.NoneDefaultSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "default"], top_p: float | None = ...,
                 **options: Unpack[OllamaOptions]) -> None: ...
    @overload
    def __init__(self: ChatOllama[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[OllamaOptions]) -> None: ...
    @overload
    def __init__(self: ChatOllama, model_name: Blamed,
                 temperature: Unasked = ..., api_key: Unasked = ..., *,
                 reasoning: Unasked = ..., top_p: Unasked = ...,
                 **options: Unpack[UnaskedOptions]) -> None: ...
    # fmt: on
    # -- written by scripts/generate_models.py from catalogue.json: end --

    def __init__(
        self,
        model_name: AnyOllamaModel | Blamed,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        reasoning: ReasoningEffort | None = None,
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
            cast("OllamaModelT", model_name),  # each overload says that it is the one this class is of
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            reasoning=reasoning,
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
