"""The parameters of `extra=` for OpenAI's Responses API.

https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

if TYPE_CHECKING:
    from openai.types.responses import ResponseIncludable, ResponsePromptParam, ResponseTextConfigParam, ToolParam
    from openai.types.responses.response_create_params import (
        AccessPrograms,
        BackgroundOptions,
        ContextManagement,
        Conversation,
        Image,
        Moderation,
        PromptCacheOptions,
        ToolChoice,
    )
    from openai.types.shared_params import Reasoning
else:
    AccessPrograms = BackgroundOptions = ContextManagement = Image = Moderation = PromptCacheOptions = Reasoning = dict
    ResponsePromptParam = ResponseTextConfigParam = ToolParam = dict
    ResponseIncludable, Conversation, ToolChoice = str, str | dict, str | dict

__all__ = ["APPENDED", "EXTRA_RULES", "RESERVED", "SETTING_OF", "SHARED", "OpenAIResponsesExtra"]


class OpenAIResponsesExtra(TypedDict, total=False):
    """The parameters that only this API has."""

    access_programs: AccessPrograms
    """The access programs to use, for accounts that are in one."""
    background: bool | None
    """Answer at once with a queued response, which is to be fetched later by its id."""
    background_options: BackgroundOptions
    """The deadline of a response in the background."""
    context_management: Sequence[ContextManagement] | None
    """Compaction of a long context: `[{"type": "compaction", "compact_threshold": 100_000}]`."""
    conversation: Conversation | None
    """A stored conversation whose items precede the input, and to which input and output are added."""
    image: Image
    """Compression of images in the context."""
    include: list[ResponseIncludable] | None
    """Additional output, such as `"reasoning.encrypted_content"`."""
    instructions: str | None
    """A system message for this response alone, which `previous_response_id` does not carry over."""
    max_tool_calls: int | None
    """The limit of calls of provider-run tools in one response."""
    moderation: Moderation | None
    """Moderation of input and output."""
    previous_response_id: str | None
    """The stored response that this one continues."""
    prompt: ResponsePromptParam | None
    """A stored prompt template and its variables."""
    prompt_cache_key: str | None
    """Requests with the same key are routed to the same prompt cache."""
    prompt_cache_options: PromptCacheOptions
    """The end of the cached part of a prompt, and its lifetime."""
    prompt_cache_retention: Literal["in_memory", "24h"] | None
    """Deprecated by OpenAI in favour of `prompt_cache_options`."""
    reasoning: Reasoning | None
    """Options of reasoning other than its effort, such as `{"context": "all_turns"}`."""
    store: bool | None
    """Store the response at OpenAI."""
    text: ResponseTextConfigParam
    """The output format, such as `{"format": {"type": "json_object"}}`."""
    tool_choice: ToolChoice
    """The choice of a provider-run tool, or of several tools."""
    tools: Sequence[ToolParam]
    """Provider-run tools, such as `{"type": "web_search"}`, added to those of `with_tools`."""
    truncation: Literal["auto", "disabled"] | None
    """Truncation of an input that exceeds the context window, from its beginning."""


SETTING_OF: Final[Mapping[str, str]] = {
    "max_output_tokens": "max_tokens",
    "metadata": "request_metadata",
    "parallel_tool_calls": "parallel_tool_calls",
    "reasoning.effort": "reasoning",
    "reasoning.summary": "show_reasoning",
    "safety_identifier": "user",
    "service_tier": "service_tier",
    "temperature": "temperature",
    "text.format": "response_schema",
    "text.verbosity": "verbosity",
    "tool_choice": "tool_choice",
    "tools": "tools",
    "top_logprobs": "logprobs",
    "top_p": "top_p",
    "user": "user",
}
SHARED: Final = frozenset({"reasoning.summary", "text.format", "tool_choice", "tools"})
APPENDED: Final = frozenset({"include", "tools"})
RESERVED: Final = frozenset({"input", "model", "stream", "stream_options"})

EXTRA_RULES: Final = ExtraRules(
    provider="openai",
    declared=OpenAIResponsesExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
