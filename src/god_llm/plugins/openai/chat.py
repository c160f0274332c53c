"""OpenAI's facade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, overload

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import CustomModel
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.plugins.openai.chat_completions_formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions_normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.models import CATALOGUE, OpenAIModel
from god_llm.plugins.openai.responses_formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses_normaliser import OpenAIResponsesNormaliser
from god_llm.plugins.openai.responses_wire import ResponsesRequest
from god_llm.plugins.openai.transport import OpenAIChatTransport, OpenAIResponsesTransport
from god_llm.plugins.openai.wire import ChatRequest
from god_llm.protocols import (
    AsyncTransport,
    AuthSource,
    Connection,
    PromptFormatter,
    ResponseNormaliser,
    Transport,
)
from god_llm.transports.retrying import retrying

__all__ = ["ChatOpenAI", "OpenAIApi"]

OpenAIApi: TypeAlias = Literal["responses", "chat_completions"]
"""OpenAI's two APIs. Responses is for OpenAI itself; most other servers speak chat completions."""


class ChatOpenAI(ChatModel[OpenAIModel | CustomModel]):
    """A model at OpenAI, or at a server that speaks like it.

    Args:
        model_name: for example `"gpt-4.1"`.
        temperature: 0 to 2; the default is sent only to models that always take one.
        api_key: by default `OPENAI_API_KEY`.
        api: which of OpenAI's two APIs to speak; the parts must be of the same one.
        max_tokens: the most tokens of an answer, its reasoning included.
        top_p, stop, seed: see `GenerationSettings`; Responses has no `stop` and no `seed`.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, with `/v1`; by default `OPENAI_BASE_URL`, else OpenAI's own.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    @overload
    def __init__(
        self,
        model_name: OpenAIModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        api: Literal["responses"] = "responses",
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        auth: AuthSource | None = None,
        transport: Transport[ResponsesRequest] | None = None,
        async_transport: AsyncTransport[ResponsesRequest] | None = None,
        formatter: PromptFormatter[ResponsesRequest] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        model_name: OpenAIModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        api: Literal["chat_completions"],
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        auth: AuthSource | None = None,
        transport: Transport[ChatRequest] | None = None,
        async_transport: AsyncTransport[ChatRequest] | None = None,
        formatter: PromptFormatter[ChatRequest] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        model_name: OpenAIModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        api: OpenAIApi = "responses",
        max_tokens: int | None = None,
        top_p: float | None = None,
        stop: str | Sequence[str] | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        base_url: str | None = None,
        auth: AuthSource | None = None,
        transport: Transport[JsonObject] | None = None,
        async_transport: AsyncTransport[JsonObject] | None = None,
        formatter: PromptFormatter[JsonObject] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None: ...

    def __init__(
        self,
        model_name: OpenAIModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
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
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
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
    connect: Callable[[AuthSource, str | None, float | None, int], Connection[JsonObject]]


def _to_responses(
    auth: AuthSource, base_url: str | None, timeout: float | None, retries: int
) -> Connection[JsonObject]:
    transport = retrying(OpenAIResponsesTransport(auth, base_url=base_url, timeout=timeout), retries)
    return cast("Connection[JsonObject]", transport)  # it is only given what this API's formatter writes


def _to_chat(auth: AuthSource, base_url: str | None, timeout: float | None, retries: int) -> Connection[JsonObject]:
    transport = retrying(OpenAIChatTransport(auth, base_url=base_url, timeout=timeout), retries)
    return cast("Connection[JsonObject]", transport)  # the same


_APIS: Final[Mapping[OpenAIApi, _Api]] = {
    "responses": _Api(OpenAIResponsesFormatter, OpenAIResponsesNormaliser, _to_responses),
    "chat_completions": _Api(OpenAIChatFormatter, OpenAIChatNormaliser, _to_chat),
}
