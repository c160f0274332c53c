"""Groq's facade."""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.plugins.groq.formatter import GroqFormatter
from god_llm.plugins.groq.models import CATALOGUE, GroqModel
from god_llm.plugins.groq.normaliser import GroqNormaliser
from god_llm.plugins.groq.transport import GroqTransport
from god_llm.plugins.groq.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = ["ChatGroq"]


class ChatGroq(ChatModel[GroqModel | CustomModel, Request]):
    """A model at Groq.

    Args:
        model_name: for example `"llama-3.3-70b-versatile"`.
        temperature: 0 to 2.
        api_key: by default `GROQ_API_KEY`.
        max_tokens: the most tokens of an answer, its reasoning included.
        top_p, stop, seed: see `GenerationSettings`; Groq takes up to four stops.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one; see `RetryingTransport`.
        base_url: of the service, without `/openai/v1`; by default `GROQ_BASE_URL`, else Groq's own.
        auth, transport, async_transport, formatter, normaliser: the parts; an injected transport is used
            as it is, without retries.
        ids, clock: where the ids and times of messages come from.
    """

    def __init__(
        self,
        model_name: GroqModel | CustomModel,
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
            "groq",
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
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
