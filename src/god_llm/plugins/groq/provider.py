"""Groq as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from god_llm.engine.provider import Api, Provider, over_http
from god_llm.plugins.groq.catalogue import CATALOGUE
from god_llm.plugins.groq.formatter import SETTINGS, GroqFormatter
from god_llm.plugins.groq.history_rules import HISTORY
from god_llm.plugins.groq.normaliser import GroqNormaliser
from god_llm.plugins.groq.transport import GroqTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["PROVIDER"]


def _extra() -> ExtraRules:
    from god_llm.plugins.groq.extra import EXTRA_RULES  # loaded with the first `extra=`

    return EXTRA_RULES


PROVIDER: Final = Provider(
    name="groq",
    title="Groq",
    catalogue=CATALOGUE,
    summary="A model at Groq, through its chat completions.",
    apis={
        "": Api(
            formatter=GroqFormatter,
            normaliser=GroqNormaliser,
            connect=over_http(GroqTransport),
            endpoint=GroqTransport.endpoint,
            settings=SETTINGS,
            extra=_extra,
            history=HISTORY,
        )
    },
    key_patterns=(r"\bgsk_[A-Za-z0-9_*\-]{8,}",),
    url_variable="GROQ_BASE_URL",
    example_model="openai/gpt-oss-20b",
    sdk_models=("groq.types.chat.completion_create_params:CompletionCreateParams.model",),
    notes={
        "model_name": 'a listed name, for example `"openai/gpt-oss-120b"`, or a `CustomModel`.',
        "temperature": "0 to 2.",
        "api_key": "by default `GROQ_API_KEY`.",
        "stop": "up to four stop sequences: the model stops before it writes one of them.",
        "base_url": "of the service, without `/openai/v1`; by default `GROQ_BASE_URL`, else Groq's own.",
    },
)
