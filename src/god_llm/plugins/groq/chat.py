"""Groq's facade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack, cast, overload

from typing_extensions import deprecated

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.engine.options import ChatOptions
from god_llm.plugins.groq.formatter import GroqFormatter
from god_llm.plugins.groq.models import CATALOGUE, AnyGroqModel, GroqModelT
from god_llm.plugins.groq.normaliser import GroqNormaliser
from god_llm.plugins.groq.transport import GroqTransport
from god_llm.plugins.groq.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.plugins.blame import Blamed, Unasked, UnaskedOptions
    from god_llm.plugins.groq import models as m

__all__ = ["ChatGroq"]


class GroqOptions(ChatOptions[Request], total=False):
    """The options of a model of Groq's."""


class ChatGroq(ChatModel[GroqModelT, Request]):
    """A model at Groq.

    Args:
        model_name: for example `"openai/gpt-oss-120b"`.
        temperature: 0 to 2.
        api_key: by default `GROQ_API_KEY`.
        max_tokens: the most tokens of an answer, its reasoning included.
        reasoning: how much to reason, in one of the words that the model takes.
        top_p, stop, seed: see `GenerationSettings`; Groq takes up to four stops.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, without `/openai/v1`; by default `GROQ_BASE_URL`, else Groq's own.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    # -- written by scripts/generate_models.py from catalogue.json: begin --
    # fmt: off
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatGroq[m.Retired], model_name: m.Retired,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatGroq[m.RetiredSampled], model_name: m.RetiredSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.SomehowSampled], model_name: m.SomehowSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.LowMediumHighSampled], model_name: m.LowMediumHighSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.NoneDefaultSampled], model_name: m.NoneDefaultSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "default"], top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[GroqOptions]) -> None: ...
    @overload
    def __init__(self: ChatGroq, model_name: Blamed,
                 temperature: Unasked = ..., api_key: Unasked = ..., *,
                 reasoning: Unasked = ..., top_p: Unasked = ...,
                 **options: Unpack[UnaskedOptions]) -> None: ...
    # fmt: on
    # -- written by scripts/generate_models.py from catalogue.json: end --

    def __init__(
        self,
        model_name: AnyGroqModel | Blamed,
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
            "groq",
            cast("GroqModelT", model_name),  # each overload says that it is the one this class is of
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            reasoning=reasoning,
            catalogue=CATALOGUE,
            connect=lambda keys: retrying(GroqTransport(keys, base_url=base_url, timeout=timeout), max_retries),
            auth=auth,
            transport=transport,
            async_transport=async_transport,
            formatter=GroqFormatter() if formatter is None else formatter,
            normaliser=GroqNormaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )
