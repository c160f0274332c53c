"""OpenAI as one value, with its two APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from god_llm.engine.provider import Api, Provider, over_http
from god_llm.plugins.openai.catalogue import CATALOGUE
from god_llm.plugins.openai.chat_completions.formatter import SETTINGS as CHAT_SETTINGS
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions.normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.history_rules import CHAT_HISTORY, RESPONSES_HISTORY
from god_llm.plugins.openai.responses.formatter import SETTINGS as RESPONSES_SETTINGS
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses.normaliser import OpenAIResponsesNormaliser
from god_llm.plugins.openai.transport import OpenAIChatTransport, OpenAIResponsesTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["PROVIDER", "OpenAIApi"]

OpenAIApi: TypeAlias = Literal["responses", "chat_completions"]
"""OpenAI's two APIs. Responses is OpenAI's own; most compatible servers speak chat completions."""


def _responses_extra() -> ExtraRules:
    from god_llm.plugins.openai.responses.extra import EXTRA_RULES  # loaded with the first `extra=`

    return EXTRA_RULES


def _chat_completions_extra() -> ExtraRules:
    from god_llm.plugins.openai.chat_completions.extra import EXTRA_RULES  # the same

    return EXTRA_RULES


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
            extra=_responses_extra,
            history=RESPONSES_HISTORY,
        ),
        "chat_completions": Api(
            formatter=OpenAIChatFormatter,
            normaliser=OpenAIChatNormaliser,
            connect=over_http(OpenAIChatTransport),
            endpoint=OpenAIChatTransport.endpoint,
            settings=CHAT_SETTINGS,
            extra=_chat_completions_extra,
            history=CHAT_HISTORY,
        ),
    },
    key_patterns=(r"\b(?:sk|rk)[-_][A-Za-z0-9_*\-]{8,}",),
    base_path="/v1",
    url_variable="OPENAI_BASE_URL",
    example_model="gpt-5.5",
    sdk_models=("openai.types.shared.chat_model:ChatModel", "openai.types.shared.responses_model:ResponsesModel"),
    notes={
        "model_name": 'a listed name, for example `"gpt-5.5"`, or a `CustomModel`.',
        "temperature": "0 to 2; the default is sent only to models that always take one.",
        "api_key": "by default `OPENAI_API_KEY`.",
        "api": '`"responses"` (the default) or `"chat_completions"`, which most compatible servers speak; injected'
        " parts must speak the same one.",
        "timeout": "seconds without any byte from the service; by default the SDK's 600.",
        "base_url": "of the service, with `/v1`; by default `OPENAI_BASE_URL`, else OpenAI's own.",
    },
)
