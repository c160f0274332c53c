"""Parrot's facade: a value that names the parts, and a class that has it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from god_llm.provider_kit import Api, Catalogue, ChatModel, CustomModel, ModelFacts, Provider, over_http
from god_llm_parrot.formatter import ParrotFormatter
from god_llm_parrot.normaliser import ParrotNormaliser
from god_llm_parrot.transport import PARROT, ParrotTransport
from god_llm_parrot.wire import Request

__all__ = ["ChatParrot", "ParrotModel"]

ParrotModel: TypeAlias = Literal["polly", "captain"]

PROVIDER: Final = Provider(
    name=PARROT,
    title="Parrot",
    catalogue=Catalogue(
        "parrot",
        {"polly": ModelFacts(sampling="always", efforts=()), "captain": ModelFacts(sampling="never", efforts=())},
        max_temperature=1.0,
    ),
    summary="A model of the Parrot service.",
    apis={
        "": Api(
            formatter=ParrotFormatter,
            normaliser=ParrotNormaliser,
            connect=over_http(ParrotTransport),
            endpoint=ParrotTransport.endpoint,
            settings=frozenset({"temperature", "max_tokens"}),
        )
    },
)


class ChatParrot(ChatModel[ParrotModel | CustomModel, Request]):
    """A model of the Parrot service; the keyword arguments are those of `ChatModel`.

    Args:
        model_name: for example `"polly"`.
        temperature: 0 to 1.
        api_key: by default `PARROT_API_KEY`.
        max_tokens: the maximum number of words of an answer.
        base_url: of the service; by default `http://localhost:7070`.
    """

    definition = PROVIDER
