"""Anthropic's facade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack, cast, overload

from typing_extensions import deprecated

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.engine.options import ChatOptions
from god_llm.plugins.anthropic.formatter import AnthropicFormatter
from god_llm.plugins.anthropic.models import CATALOGUE, AnthropicModelT, AnyAnthropicModel
from god_llm.plugins.anthropic.normaliser import AnthropicNormaliser
from god_llm.plugins.anthropic.transport import AnthropicTransport
from god_llm.plugins.anthropic.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.plugins.anthropic import models as m
    from god_llm.plugins.blame import Blamed, Unasked, UnaskedOptions

__all__ = ["ChatAnthropic"]


class AnthropicOptions(ChatOptions[Request], total=False):
    """The options of a model of Anthropic's."""


class ChatAnthropic(ChatModel[AnthropicModelT, Request]):
    """A Claude model at Anthropic.

    Args:
        model_name: for example `"claude-sonnet-5-5"`.
        temperature: 0 to 1; the default is sent only to models that take one, which today's do not.
        api_key: by default `ANTHROPIC_API_KEY`.
        max_tokens: the most tokens of an answer; Anthropic insists on a limit, by default 8192.
        reasoning: how much to reason, in one of the words that the model takes.
        top_p, stop: see `GenerationSettings`.
        seed: Anthropic has none; an explicit one is refused.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, without `/v1`.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    # -- written by scripts/generate_models.py from catalogue.json: begin --
    # fmt: off
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatAnthropic[m.Retired], model_name: m.Retired,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatAnthropic[m.RetiredSampled], model_name: m.RetiredSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.Silenced], model_name: m.Silenced,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none"], top_p: float | None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.Default], model_name: m.Default,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["default"], top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.LowMediumHighXhighMax], model_name: m.LowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.NoneLowMediumHigh], model_name: m.NoneLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.NoneLowMediumHighMax], model_name: m.NoneLowMediumHighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "max"], top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.NoneLowMediumHighXhighMax], model_name: m.NoneLowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[AnthropicOptions]) -> None: ...
    @overload
    def __init__(self: ChatAnthropic, model_name: Blamed,
                 temperature: Unasked = ..., api_key: Unasked = ..., *,
                 reasoning: Unasked = ..., top_p: Unasked = ...,
                 **options: Unpack[UnaskedOptions]) -> None: ...
    # fmt: on
    # -- written by scripts/generate_models.py from catalogue.json: end --

    def __init__(
        self,
        model_name: AnyAnthropicModel | Blamed,
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
            "anthropic",
            cast("AnthropicModelT", model_name),  # each overload says that it is the one this class is of
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            reasoning=reasoning,
            catalogue=CATALOGUE,
            connect=lambda keys: retrying(AnthropicTransport(keys, base_url=base_url, timeout=timeout), max_retries),
            auth=auth,
            transport=transport,
            async_transport=async_transport,
            formatter=AnthropicFormatter() if formatter is None else formatter,
            normaliser=AnthropicNormaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )
