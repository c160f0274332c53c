"""The parameters of `extra=` for Groq.

https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

if TYPE_CHECKING:
    from groq.types.chat import ChatCompletionToolChoiceOptionParam, ChatCompletionToolParam
    from groq.types.chat.completion_create_params import CompoundCustom, Document, ResponseFormat, SearchSettings
else:
    ChatCompletionToolParam = CompoundCustom = Document = ResponseFormat = SearchSettings = dict
    ChatCompletionToolChoiceOptionParam = str | dict

__all__ = ["APPENDED", "EXTRA_RULES", "RESERVED", "SETTING_OF", "SHARED", "GroqExtra"]


class GroqExtra(TypedDict, total=False):
    """The parameters that only this API has."""

    citation_options: Literal["enabled", "disabled"] | None
    """Citations of documents and search results in the answer."""
    compound_custom: CompoundCustom | None
    """Models and tools of the compound systems: `{"tools": {"enabled_tools": ["web_search"]}}`."""
    disable_tool_validation: bool
    """Accept calls of tools that the request does not offer."""
    documents: Sequence[Document] | None
    """Documents that the answer may refer to, as text or JSON."""
    exclude_domains: list[str] | None
    """Deprecated by Groq in favour of `search_settings`."""
    include_domains: list[str] | None
    """Deprecated by Groq in favour of `search_settings`."""
    logit_bias: dict[str, int] | None
    """Token id -> what is added to its logit; no model supports it yet."""
    logprobs: bool | None
    """Return log probabilities; no model supports it yet."""
    metadata: dict[str, str] | None
    """Accepted for compatibility with OpenAI; not supported yet."""
    n: int | None
    """The number of answers to generate; Groq supports 1 only."""
    reasoning_format: Literal["hidden", "raw", "parsed"] | None
    """The place of the reasoning in the reply: nowhere, in the text between `<think>` tags, or apart."""
    response_format: ResponseFormat | None
    """The output format, such as `{"type": "json_object"}`."""
    search_settings: SearchSettings | None
    """Domains, country and images of web searches."""
    store: bool | None
    """Accepted for compatibility with OpenAI; not supported yet."""
    tool_choice: ChatCompletionToolChoiceOptionParam | None
    """The choice of a tool in Groq's own format."""
    tools: Sequence[ChatCompletionToolParam] | None
    """Tools in Groq's own format, such as `{"type": "browser_search"}`, added to those of `with_tools`."""
    top_logprobs: int | None
    """The number of alternatives per token to return; no model supports it yet."""


SETTING_OF: Final[Mapping[str, str]] = {
    "frequency_penalty": "frequency_penalty",
    "function_call": "tool_choice",
    "functions": "tools",
    "include_reasoning": "show_reasoning",
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_tokens",
    "parallel_tool_calls": "parallel_tool_calls",
    "presence_penalty": "presence_penalty",
    "reasoning_effort": "reasoning",
    "reasoning_format": "show_reasoning",
    "response_format": "response_schema",
    "seed": "seed",
    "service_tier": "service_tier",
    "stop": "stop",
    "temperature": "temperature",
    "tool_choice": "tool_choice",
    "tools": "tools",
    "top_p": "top_p",
    "user": "user",
}
SHARED: Final = frozenset({"reasoning_format", "response_format", "tool_choice", "tools"})
APPENDED: Final = frozenset({"tools"})
RESERVED: Final = frozenset({"messages", "model", "stream"})

EXTRA_RULES: Final = ExtraRules(
    provider="groq",
    declared=GroqExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
