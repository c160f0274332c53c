"""Anthropic's facade."""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.plugins.anthropic.formatter import AnthropicFormatter
from god_llm.plugins.anthropic.models import CATALOGUE, AnthropicModel
from god_llm.plugins.anthropic.normaliser import AnthropicNormaliser
from god_llm.plugins.anthropic.transport import AnthropicTransport
from god_llm.plugins.anthropic.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = ["ChatAnthropic"]


class ChatAnthropic(ChatModel[AnthropicModel | CustomModel, Request]):
    """A Claude model at Anthropic.

    Args:
        model_name: for example `"claude-sonnet-5-5"`.
        temperature: 0 to 1; the default is sent only to models that take one, which today's do not.
        api_key: by default `ANTHROPIC_API_KEY`.
        max_tokens: the most tokens of an answer; Anthropic insists on a limit, by default 8192.
        top_p, stop: see `GenerationSettings`.
        seed: Anthropic has none; an explicit one is refused.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, without `/v1`.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    def __init__(
        self,
        model_name: AnthropicModel | CustomModel,
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
            "anthropic",
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
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
