"""The parameters of `extra=` for OpenAI's chat completions.

https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

if TYPE_CHECKING:
    from openai.types.chat import (
        ChatCompletionAudioParam,
        ChatCompletionPredictionContentParam,
        ChatCompletionToolChoiceOptionParam,
        ChatCompletionToolUnionParam,
    )
    from openai.types.chat.completion_create_params import (
        Moderation,
        PromptCacheOptions,
        ResponseFormat,
        WebSearchOptions,
    )
else:
    ChatCompletionAudioParam = ChatCompletionPredictionContentParam = ChatCompletionToolUnionParam = dict
    Moderation = PromptCacheOptions = ResponseFormat = WebSearchOptions = dict
    ChatCompletionToolChoiceOptionParam = str | dict

__all__ = ["APPENDED", "EXTRA_RULES", "RESERVED", "SETTING_OF", "SHARED", "OpenAIChatExtra"]


class OpenAIChatExtra(TypedDict, total=False):
    """The parameters that only this API has."""

    audio: ChatCompletionAudioParam | None
    """Voice and format of spoken output; needs `modalities` with `"audio"`."""
    logit_bias: dict[str, int] | None
    """Token id -> what is added to its logit, from -100 to 100."""
    modalities: list[Literal["text", "audio"]] | None
    """The kinds of output."""
    moderation: Moderation | None
    """Moderation of input and output."""
    n: int | None
    """The number of answers to generate; those after the first are in the message's metadata."""
    prediction: ChatCompletionPredictionContentParam | None
    """Text that the answer is expected to repeat mostly, which makes it faster."""
    prompt_cache_key: str | None
    """Requests with the same key are routed to the same prompt cache."""
    prompt_cache_options: PromptCacheOptions
    """The end of the cached part of a prompt, and its lifetime."""
    prompt_cache_retention: Literal["in_memory", "24h"] | None
    """Deprecated by OpenAI in favour of `prompt_cache_options`."""
    response_format: ResponseFormat
    """The output format, such as `{"type": "json_object"}`."""
    safety_identifier: str | None
    """A stable, hashed id of the end user."""
    store: bool | None
    """Store the completion at OpenAI."""
    tool_choice: ChatCompletionToolChoiceOptionParam
    """The choice of a custom tool, or of several tools."""
    tools: Sequence[ChatCompletionToolUnionParam]
    """Tools in OpenAI's own format, such as `{"type": "custom", ...}`, added to those of `with_tools`."""
    web_search_options: WebSearchOptions
    """Let a search model search the web, with these options."""


SETTING_OF: Final[Mapping[str, str]] = {
    "frequency_penalty": "frequency_penalty",
    "function_call": "tool_choice",
    "functions": "tools",
    "logprobs": "logprobs",
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_tokens",
    "metadata": "request_metadata",
    "parallel_tool_calls": "parallel_tool_calls",
    "presence_penalty": "presence_penalty",
    "reasoning_effort": "reasoning",
    "response_format": "response_schema",
    "seed": "seed",
    "service_tier": "service_tier",
    "stop": "stop",
    "temperature": "temperature",
    "tool_choice": "tool_choice",
    "tools": "tools",
    "top_logprobs": "logprobs",
    "top_p": "top_p",
    "user": "user",
    "verbosity": "verbosity",
}
SHARED: Final = frozenset({"response_format", "tool_choice", "tools"})
APPENDED: Final = frozenset({"tools"})
RESERVED: Final = frozenset({"messages", "model", "stream", "stream_options"})

EXTRA_RULES: Final = ExtraRules(
    provider="openai",
    declared=OpenAIChatExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
