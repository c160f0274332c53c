"""Bedrock's facade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack, cast, overload

from typing_extensions import deprecated

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.engine.options import ChatOptions
from god_llm.plugins.bedrock.formatter import BedrockFormatter
from god_llm.plugins.bedrock.models import CATALOGUE, AnyBedrockModel, BedrockModelT
from god_llm.plugins.bedrock.normaliser import BedrockNormaliser
from god_llm.plugins.bedrock.transport import DEFAULT_CONCURRENCY, BedrockTransport
from god_llm.plugins.bedrock.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.plugins.bedrock import models as m
    from god_llm.plugins.blame import Blamed, Unasked, UnaskedOptions

__all__ = ["ChatBedrock"]


class BedrockOptions(ChatOptions[Request], total=False):
    """The options of a model of Bedrock's."""

    region: str | None
    """By default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's."""
    max_concurrency: int
    """How many async calls may be under way at a time on one event loop."""


class ChatBedrock(ChatModel[BedrockModelT, Request]):
    """A model on AWS Bedrock, through the Converse API.

    Args:
        model_name: a model or an inference profile, for example `"us.amazon.nova-lite-v1:0"`; an ARN goes in
            as `CustomModel("arn:...")`.
        temperature: 0 to 1; the default is sent only to models known to take one.
        api_key: a Bedrock API key, by default `AWS_BEARER_TOKEN_BEDROCK`. Without one, AWS's own credentials
            sign the requests (environment, files, roles); `auth=AWSAuth(...)` names others.
        region: by default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
        max_tokens, top_p, stop: see `GenerationSettings`.
        seed: Bedrock has none; an explicit one is refused.
        timeout: seconds without a sign of life from the service; by default 600.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service; by default the region's.
        max_concurrency: how many async calls and streams may be under way at a time on one event loop, each in a
            thread with a connection; further ones wait. boto3 has no async.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    # -- written by scripts/generate_models.py from catalogue.json: begin --
    # fmt: off
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatBedrock[m.Retired], model_name: m.Retired,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatBedrock[m.RetiredSampled], model_name: m.RetiredSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.Silenced], model_name: m.Silenced,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none"], top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.SomehowSampled], model_name: m.SomehowSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.Default], model_name: m.Default,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["default"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.LowHighMaxSampled], model_name: m.LowHighMaxSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "high", "max"], top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.LowMediumHigh], model_name: m.LowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.LowMediumHighSampled], model_name: m.LowMediumHighSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.LowMediumHighXhigh], model_name: m.LowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.LowMediumHighXhighMax], model_name: m.LowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneHighSampled], model_name: m.NoneHighSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "high"], top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneLowMediumHigh], model_name: m.NoneLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneLowMediumHighSampled], model_name: m.NoneLowMediumHighSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high"], top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneLowMediumHighMax], model_name: m.NoneLowMediumHighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "max"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneLowMediumHighXhigh], model_name: m.NoneLowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.NoneLowMediumHighXhighMax], model_name: m.NoneLowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[BedrockOptions]) -> None: ...
    @overload
    def __init__(self: ChatBedrock, model_name: Blamed,
                 temperature: Unasked = ..., api_key: Unasked = ..., *,
                 reasoning: Unasked = ..., top_p: Unasked = ..., region: Unasked = ..., max_concurrency: Unasked = ...,
                 **options: Unpack[UnaskedOptions]) -> None: ...
    # fmt: on
    # -- written by scripts/generate_models.py from catalogue.json: end --

    def __init__(
        self,
        model_name: AnyBedrockModel | Blamed,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        reasoning: ReasoningEffort | None = None,
        region: str | None = None,
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        max_concurrency: int = DEFAULT_CONCURRENCY,
        auth: AuthSource | None = None,
        transport: Transport[Request] | None = None,
        async_transport: AsyncTransport[Request] | None = None,
        formatter: PromptFormatter[Request] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            "bedrock",
            cast("BedrockModelT", model_name),  # each overload says that it is the one this class is of
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            reasoning=reasoning,
            catalogue=CATALOGUE,
            connect=lambda keys: retrying(
                BedrockTransport(
                    keys, region=region, base_url=base_url, timeout=timeout, max_concurrency=max_concurrency
                ),
                max_retries,
            ),
            auth=auth,
            transport=transport,
            async_transport=async_transport,
            formatter=BedrockFormatter() if formatter is None else formatter,
            normaliser=BedrockNormaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )
