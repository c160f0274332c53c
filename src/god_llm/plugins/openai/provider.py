"""OpenAI as one value, with its two APIs."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from god_llm.engine.provider import Api, Provider, Served, over_http
from god_llm.plugins.openai.catalogue import CATALOGUE
from god_llm.plugins.openai.chat_completions.formatter import SETTINGS as CHAT_SETTINGS
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions.normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.history_rules import CHAT_HISTORY, RESPONSES_HISTORY
from god_llm.plugins.openai.lazy_rules import chat_completions_extra, responses_extra
from god_llm.plugins.openai.responses.formatter import SETTINGS as RESPONSES_SETTINGS
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses.normaliser import OpenAIResponsesNormaliser
from god_llm.plugins.openai.transport import OpenAIChatTransport, OpenAIResponsesTransport

__all__ = ["PROVIDER", "OpenAIApi"]

OpenAIApi: TypeAlias = Literal["responses", "chat_completions"]
"""OpenAI's two APIs. Responses is OpenAI's own; most compatible servers speak chat completions."""


def _served(server: object, api: str | None) -> Served:
    from god_llm.plugins.openai.servers import served  # loaded with the first `server=`

    return served(server, api)


PROVIDER: Final = Provider(
    name="openai",
    title="OpenAI",
    catalogue=CATALOGUE,
    summary="A model at OpenAI, or at a server that speaks one of its APIs.",
    apis={
        "responses": Api(
            formatter=OpenAIResponsesFormatter,
            normaliser=OpenAIResponsesNormaliser,
            connect=over_http(OpenAIResponsesTransport),
            endpoint=OpenAIResponsesTransport.endpoint,
            settings=RESPONSES_SETTINGS,
            extra=responses_extra,
            history=RESPONSES_HISTORY,
        ),
        "chat_completions": Api(
            formatter=OpenAIChatFormatter,
            normaliser=OpenAIChatNormaliser,
            connect=over_http(OpenAIChatTransport),
            endpoint=OpenAIChatTransport.endpoint,
            settings=CHAT_SETTINGS,
            extra=chat_completions_extra,
            history=CHAT_HISTORY,
        ),
    },
    key_patterns=(r"\b(?:sk|rk)[-_][A-Za-z0-9_*\-]{8,}",),
    base_path="/v1",
    url_variable="OPENAI_BASE_URL",
    example_model="gpt-5.5",
    sdk_models=("openai.types.shared.chat_model:ChatModel", "openai.types.shared.responses_model:ResponsesModel"),
    serve=_served,
    notes={
        "model_name": 'a listed name, for example `"gpt-5.5"`, or a `CustomModel`.',
        "temperature": "0 to 2; the default is sent only to models that always take one.",
        "api_key": "by default `OPENAI_API_KEY`.",
        "api": '`"responses"` (the default) or `"chat_completions"`, which most compatible servers speak; injected'
        " parts must speak the same one.",
        "server": 'a server that speaks chat completions, by name (`"deepseek"`) or as a `Server`; see'
        " docs/compatible-servers.md.",
        "base_url": "of the service, with `/v1`; by default `OPENAI_BASE_URL`, else OpenAI's own.",
    },
)
