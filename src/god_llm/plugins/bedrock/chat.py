"""Bedrock's facade."""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.engine.chat import ChatModel
from god_llm.plugins.bedrock.formatter import BedrockFormatter
from god_llm.plugins.bedrock.models import CATALOGUE, BedrockModel
from god_llm.plugins.bedrock.normaliser import BedrockNormaliser
from god_llm.plugins.bedrock.transport import DEFAULT_CONCURRENCY, BedrockTransport
from god_llm.plugins.bedrock.wire import Request
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = ["ChatBedrock"]


class ChatBedrock(ChatModel[BedrockModel | CustomModel, Request]):
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

    def __init__(
        self,
        model_name: BedrockModel | CustomModel,
        temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
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
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=top_p,
            stop=stop,
            seed=seed,
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
