"""AWS Bedrock as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from god_llm.engine.provider import Api, Provider, over_http
from god_llm.plugins.bedrock.catalogue import CATALOGUE
from god_llm.plugins.bedrock.formatter import SETTINGS, BedrockFormatter
from god_llm.plugins.bedrock.history_rules import HISTORY
from god_llm.plugins.bedrock.normaliser import BedrockNormaliser
from god_llm.plugins.bedrock.transport import BedrockTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["PROVIDER"]


def _extra() -> ExtraRules:
    from god_llm.plugins.bedrock.extra import EXTRA_RULES  # loaded with the first `extra=`

    return EXTRA_RULES


PROVIDER: Final = Provider(
    name="bedrock",
    title="Bedrock",
    catalogue=CATALOGUE,
    summary="A model on AWS Bedrock, through the Converse API.",
    apis={
        "": Api(
            formatter=BedrockFormatter,
            normaliser=BedrockNormaliser,
            connect=over_http(BedrockTransport),
            endpoint=BedrockTransport.endpoint,
            settings=SETTINGS,
            extra=_extra,
            history=HISTORY,
        )
    },
    own_options=frozenset({"region", "max_concurrency"}),
    key_patterns=(r"\b(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=_\-]{16,}",),
    url_variable="AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    example_model="us.amazon.nova-lite-v1:0",
    notes={
        "model_name": 'a model or an inference profile, for example `"us.amazon.nova-lite-v1:0"`; an ARN is'
        ' `CustomModel("arn:...")`.',
        "temperature": "0 to 1; the default is sent only to models known to take one.",
        "api_key": "a Bedrock API key, by default `AWS_BEARER_TOKEN_BEDROCK`. Without one, AWS's own credentials"
        " (environment, files, roles) sign the requests; `auth=AWSAuth(...)` names others.",
        "base_url": "of the service; by default the region's.",
        "client, async_client": "a `boto3.Session` or a `bedrock-runtime` client of your own, or a function that makes"
        " one; calls then go through boto3 itself.",
        "region": "the AWS region; by default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.",
        "max_concurrency": "how many async calls and streams run at a time on one event loop, each in a thread with a"
        " connection, by default 64; further ones wait. boto3 has no async.",
    },
)
