"""Parrot's facade."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from god_llm import CustomModel, ModelFacts
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.models import Catalogue
from god_llm.engine.chat import ChatModel
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying
from god_llm_parrot.formatter import ParrotFormatter
from god_llm_parrot.normaliser import ParrotNormaliser
from god_llm_parrot.transport import PARROT, ParrotTransport
from god_llm_parrot.wire import Request

__all__ = ["ChatParrot", "ParrotModel"]

ParrotModel: TypeAlias = Literal["polly", "captain"]

_CATALOGUE: Final = Catalogue(
    "parrot",
    {"polly": ModelFacts(sampling="always", efforts=()), "captain": ModelFacts(sampling="never", efforts=())},
    max_temperature=1.0,
)


class ChatParrot(ChatModel[ParrotModel | CustomModel, Request]):
    """A model of the Parrot service.

    Args:
        model_name: for example `"polly"`.
        temperature: 0 to 1.
        api_key: by default `PARROT_API_KEY`.
        max_tokens: the most words of an answer.
        timeout: seconds without a sign of life from the service.
        max_retries: tries after the first one.
        base_url: of the service.
        auth, transport, async_transport, formatter, normaliser: the parts.
        ids, clock: where the ids and times of messages come from.
    """

    def __init__(
        self,
        model_name: ParrotModel | CustomModel,
        temperature: float | None = None,
        api_key: str | None = None,
        *,
        max_tokens: int | None = None,
        timeout: float = 60.0,
        max_retries: int = 2,
        base_url: str = "http://localhost:7070",
        auth: AuthSource | None = None,
        transport: Transport[Request] | None = None,
        async_transport: AsyncTransport[Request] | None = None,
        formatter: PromptFormatter[Request] | None = None,
        normaliser: ResponseNormaliser | None = None,
        ids: IdSource | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            PARROT,
            model_name,
            temperature,
            api_key,
            max_tokens=max_tokens,
            top_p=None,
            stop=None,
            seed=None,
            catalogue=_CATALOGUE,
            connect=lambda keys: retrying(ParrotTransport(keys, base_url, timeout), max_retries),
            auth=auth,
            transport=transport,
            async_transport=async_transport,
            formatter=ParrotFormatter() if formatter is None else formatter,
            normaliser=ParrotNormaliser() if normaliser is None else normaliser,
            ids=ids,
            clock=clock,
        )
