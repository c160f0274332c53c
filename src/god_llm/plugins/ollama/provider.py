"""Ollama as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from god_llm.engine.provider import Api, Provider, over_http
from god_llm.plugins.ollama.catalogue import CATALOGUE
from god_llm.plugins.ollama.formatter import SETTINGS, OllamaFormatter
from god_llm.plugins.ollama.history_rules import HISTORY
from god_llm.plugins.ollama.normaliser import OllamaNormaliser
from god_llm.plugins.ollama.transport import OllamaTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["PROVIDER"]


def _extra() -> ExtraRules:
    from god_llm.plugins.ollama.extra import EXTRA_RULES  # loaded with the first `extra=`

    return EXTRA_RULES


PROVIDER: Final = Provider(
    name="ollama",
    title="Ollama",
    catalogue=CATALOGUE,
    summary="A model that Ollama runs: on this machine, on another one, or in Ollama's cloud.",
    apis={
        "": Api(
            formatter=OllamaFormatter,
            normaliser=OllamaNormaliser,
            connect=over_http(OllamaTransport),
            endpoint=OllamaTransport.endpoint,
            settings=SETTINGS,
            extra=_extra,
            history=HISTORY,
        )
    },
    url_variable="OLLAMA_HOST",
    example_model="llama3.1",
    notes={
        "model_name": 'a listed name, for example `"llama3.1"`; any other tag is `CustomModel("qwen3:8b")`.',
        "temperature": "at least 0; the default is not sent, since each model has one of its own.",
        "api_key": "by default `OLLAMA_API_KEY`; a local Ollama needs none.",
        "base_url": "of the service, without `/api`; by default `OLLAMA_HOST`, else this machine.",
    },
)
