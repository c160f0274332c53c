"""Anthropic as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from god_llm.engine.provider import Api, Provider, over_http
from god_llm.plugins.anthropic.catalogue import CATALOGUE
from god_llm.plugins.anthropic.formatter import SETTINGS, AnthropicFormatter
from god_llm.plugins.anthropic.history_rules import HISTORY
from god_llm.plugins.anthropic.normaliser import AnthropicNormaliser
from god_llm.plugins.anthropic.transport import AnthropicTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["PROVIDER"]


def _extra() -> ExtraRules:
    from god_llm.plugins.anthropic.extra import EXTRA_RULES  # loaded with the first `extra=`

    return EXTRA_RULES


PROVIDER: Final = Provider(
    name="anthropic",
    title="Anthropic",
    catalogue=CATALOGUE,
    summary="A Claude model at Anthropic, through the Messages API.",
    apis={
        "": Api(
            formatter=AnthropicFormatter,
            normaliser=AnthropicNormaliser,
            connect=over_http(AnthropicTransport),
            endpoint=AnthropicTransport.endpoint,
            settings=SETTINGS,
            extra=_extra,
            history=HISTORY,
        )
    },
    key_patterns=(r"\bsk-ant-[A-Za-z0-9_*\-]{8,}",),
    url_variable="ANTHROPIC_BASE_URL",
    example_model="claude-sonnet-5-5",
    sdk_models=("anthropic.types.model:Model",),
    notes={
        "model_name": 'a listed name, for example `"claude-sonnet-5-5"`, or a `CustomModel`.',
        "temperature": "0 to 1; the default is sent only to models that take one, which today's do not.",
        "api_key": "by default `ANTHROPIC_API_KEY`.",
        "max_tokens": "the maximum number of output tokens, by default the model's own limit.",
        "base_url": "of the service, without `/v1`; by default `ANTHROPIC_BASE_URL`, else Anthropic's own.",
    },
)
