"""OpenAI's facade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Required, TypeAlias, Unpack, cast, overload

from typing_extensions import deprecated

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.engine.options import ChatOptions
from god_llm.plugins.openai.chat_completions_formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions_normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.models import CATALOGUE, AnyOpenAIModel, OpenAIModelT
from god_llm.plugins.openai.responses_formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses_normaliser import OpenAIResponsesNormaliser
from god_llm.plugins.openai.responses_wire import ResponsesRequest
from god_llm.plugins.openai.transport import OpenAIChatTransport, OpenAIResponsesTransport
from god_llm.plugins.openai.wire import ChatRequest
from god_llm.protocols import (
    AsyncTransport,
    AuthSource,
    DualTransport,
    PromptFormatter,
    ResponseNormaliser,
    Transport,
)
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.plugins.blame import Blamed, Unasked, UnaskedOptions
    from god_llm.plugins.openai import models as m

__all__ = ["ChatOpenAI", "OpenAIApi"]

OpenAIApi: TypeAlias = Literal["responses", "chat_completions"]
"""OpenAI's two APIs. Responses is for OpenAI itself; most other servers speak chat completions."""


class ResponsesOptions(ChatOptions[ResponsesRequest], total=False):
    """The options of a model that is spoken to through Responses."""

    api: Literal["responses"]


class ChatCompletionsOptions(ChatOptions[ChatRequest], total=False):
    """The options of a model that is spoken to through chat completions."""

    api: Required[Literal["chat_completions"]]


class ChatOpenAI(ChatModel[OpenAIModelT]):
    """A model at OpenAI, or at a server that speaks like it.

    Args:
        model_name: for example `"gpt-4.1"`.
        temperature: 0 to 2; the default is sent only to models that always take one.
        api_key: by default `OPENAI_API_KEY`.
        api: which of OpenAI's two APIs to speak; the parts must be of the same one.
        max_tokens: the most tokens of an answer, its reasoning included.
        reasoning: how much to reason, in one of the words that the model takes.
        top_p, stop, seed: see `GenerationSettings`; Responses has no `stop` and no `seed`.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, with `/v1`; by default `OPENAI_BASE_URL`, else OpenAI's own.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    # -- written by scripts/generate_models.py from catalogue.json: begin --
    # fmt: off
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatOpenAI[m.Retired], model_name: m.Retired,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatOpenAI[m.RetiredSampled], model_name: m.RetiredSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Silenced], model_name: m.Silenced,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none"], top_p: float | None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Somehow], model_name: m.Somehow,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.SomehowSampled], model_name: m.SomehowSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: float | None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.High], model_name: m.High,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["high"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHigh], model_name: m.LowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHighXhigh], model_name: m.LowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHighXhighMax], model_name: m.LowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Medium], model_name: m.Medium,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["medium"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.MediumHighXhigh], model_name: m.MediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.MinimalLowMediumHigh], model_name: m.MinimalLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["minimal", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHigh], model_name: m.NoneLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHighXhigh], model_name: m.NoneLowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHighXhighMax], model_name: m.NoneLowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[ResponsesOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatOpenAI[m.Retired], model_name: m.Retired,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Listed], model_name: m.Listed,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    @deprecated("this model is retired, or will be: a warning at run time names the day and the successor")
    def __init__(self: ChatOpenAI[m.RetiredSampled], model_name: m.RetiredSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Sampled], model_name: m.Sampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: None = ..., top_p: float | None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Silenced], model_name: m.Silenced,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none"], top_p: float | None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Somehow], model_name: m.Somehow,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.SomehowSampled], model_name: m.SomehowSampled,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort, top_p: float | None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.High], model_name: m.High,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["high"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHigh], model_name: m.LowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHighXhigh], model_name: m.LowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.LowMediumHighXhighMax], model_name: m.LowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Medium], model_name: m.Medium,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["medium"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.MediumHighXhigh], model_name: m.MediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.MinimalLowMediumHigh], model_name: m.MinimalLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["minimal", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHigh], model_name: m.NoneLowMediumHigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHighXhigh], model_name: m.NoneLowMediumHighXhigh,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.NoneLowMediumHighXhighMax], model_name: m.NoneLowMediumHighXhighMax,
                 temperature: None = ..., api_key: str | None = ..., *,
                 reasoning: Literal["none", "low", "medium", "high", "xhigh", "max"], top_p: None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI[m.Custom], model_name: m.Custom,
                 temperature: float | None = ..., api_key: str | None = ..., *,
                 reasoning: ReasoningEffort | None = ..., top_p: float | None = ...,
                 **options: Unpack[ChatCompletionsOptions]) -> None: ...
    @overload
    def __init__(self: ChatOpenAI, model_name: Blamed,
                 temperature: Unasked = ..., api_key: Unasked = ..., *,
                 reasoning: Unasked = ..., top_p: Unasked = ..., api: Unasked = ...,
                 **options: Unpack[UnaskedOptions]) -> None: ...
    # fmt: on
    # -- written by scripts/generate_models.py from catalogue.json: end --

    def __init__(
        self,
        model_name: AnyOpenAIModel | Blamed,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        reasoning: ReasoningEffort | None = None,
        api: OpenAIApi = "responses",
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        auth: AuthSource | None = None,
        transport: object = None,
        async_transport: object = None,
        formatter: PromptFormatter[JsonObject] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None:
        if api not in _APIS:
            raise InvalidSettingError(f"api must be one of {', '.join(map(repr, _APIS))}, not {api!r}")
        self.api: OpenAIApi = api
        parts = _APIS[api]
        super().__init__(
            "openai",
            cast("OpenAIModelT", model_name),  # each overload says that it is the one this class is of
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
            reasoning=reasoning,
            catalogue=CATALOGUE,
            connect=lambda keys: parts.connect(keys, base_url, timeout, max_retries),
            auth=auth,
            # Each overload asks for transports of its own API's requests; what they share is to be JSON.
            transport=cast("Transport[JsonObject] | None", transport),
            async_transport=cast("AsyncTransport[JsonObject] | None", async_transport),
            formatter=parts.formatter() if formatter is None else formatter,
            normaliser=parts.normaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )


@dataclass(frozen=True, slots=True)
class _Api:
    """The parts that speak one of the two APIs."""

    formatter: Callable[[], PromptFormatter[JsonObject]]
    normaliser: Callable[[], ResponseNormaliser]
    connect: Callable[[AuthSource, str | None, float | None, int], DualTransport[JsonObject]]


def _to_responses(
    auth: AuthSource, base_url: str | None, timeout: float | None, retries: int
) -> DualTransport[JsonObject]:
    transport = retrying(OpenAIResponsesTransport(auth, base_url=base_url, timeout=timeout), retries)
    return cast("DualTransport[JsonObject]", transport)  # it is only given what this API's formatter writes


def _to_chat(auth: AuthSource, base_url: str | None, timeout: float | None, retries: int) -> DualTransport[JsonObject]:
    transport = retrying(OpenAIChatTransport(auth, base_url=base_url, timeout=timeout), retries)
    return cast("DualTransport[JsonObject]", transport)  # the same


_APIS: Final[Mapping[OpenAIApi, _Api]] = {
    "responses": _Api(OpenAIResponsesFormatter, OpenAIResponsesNormaliser, _to_responses),
    "chat_completions": _Api(OpenAIChatFormatter, OpenAIChatNormaliser, _to_chat),
}
