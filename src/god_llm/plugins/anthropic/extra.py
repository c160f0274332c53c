"""The parameters of `extra=` for Anthropic. The types are the beta API's, which knows every parameter of the other one.

https://platform.claude.com/docs/en/api/beta/messages/create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

if TYPE_CHECKING:
    from anthropic.types import AnthropicBetaParam
    from anthropic.types.beta import (
        BetaBillingPolicyParam,
        BetaCacheControlEphemeralParam,
        BetaCompactionConfigParam,
        BetaContextManagementConfigParam,
        BetaDiagnosticsParam,
        BetaFallbacksParam,
        BetaMessageThreadParam,
        BetaOutputConfigParam,
        BetaRequestMCPServerURLDefinitionParam,
        BetaTextBlockParam,
        BetaThinkingConfigParam,
        BetaToolChoiceParam,
        BetaToolUnionParam,
    )
    from anthropic.types.beta.message_create_params import Container, FallbackCreditToken
else:
    BetaBillingPolicyParam = BetaCacheControlEphemeralParam = BetaCompactionConfigParam = dict
    BetaContextManagementConfigParam = BetaDiagnosticsParam = BetaMessageThreadParam = BetaOutputConfigParam = dict
    BetaRequestMCPServerURLDefinitionParam = BetaTextBlockParam = BetaThinkingConfigParam = dict
    BetaToolChoiceParam = BetaToolUnionParam = dict
    AnthropicBetaParam, BetaFallbacksParam = str, Sequence[dict] | Literal["default"]
    Container = FallbackCreditToken = str | dict

__all__ = ["APPENDED", "EXTRA_RULES", "HEADER_OF", "RESERVED", "SETTING_OF", "SHARED", "AnthropicExtra"]


class AnthropicExtra(TypedDict, total=False):
    """The parameters that only Anthropic has."""

    betas: list[AnthropicBetaParam]
    """Beta features to switch on, such as `"context-1m-2025-08-07"`; sent as the `anthropic-beta` header."""
    billing_policy: BetaBillingPolicyParam | None
    """The party that is billed: the organisation, or the customer behind `user_profile_id`."""
    cache_control: BetaCacheControlEphemeralParam | None
    """Cache the prompt up to its last block: `{"type": "ephemeral", "ttl": "1h"}`."""
    compaction: BetaCompactionConfigParam | None
    """Summarise the conversation in place of an answer to it."""
    container: Container | None
    """The container of the code execution tool: an id, or an object with skills."""
    context_management: BetaContextManagementConfigParam | None
    """Edits of a long conversation, such as clearing old tool results."""
    diagnostics: BetaDiagnosticsParam | None
    """Ask why the prompt cache was missed, compared with an earlier request."""
    fallback_credit_token: FallbackCreditToken | None
    """The token of a refused request, which makes its retry on another model cheaper."""
    fallbacks: BetaFallbacksParam | None
    """Models that Anthropic asks in turn if the requested one refuses."""
    inference_geo: str | None
    """The region of inference, such as `"us"`."""
    mcp_servers: Sequence[BetaRequestMCPServerURLDefinitionParam]
    """MCP servers that Anthropic connects to."""
    output_config: BetaOutputConfigParam
    """Options of the output, such as `{"task_budget": {...}}`."""
    speed: Literal["standard", "fast"] | None
    """`"fast"` asks for more output tokens a second."""
    system: str | Sequence[BetaTextBlockParam]
    """System blocks with options of their own, such as `cache_control`; not beside a `SystemMessage`."""
    thinking: BetaThinkingConfigParam
    """Thinking in Anthropic's own terms, such as a token budget; not beside `reasoning=`."""
    thread: BetaMessageThreadParam | None
    """Keep the conversation's state at Anthropic, or continue one kept there."""
    tool_choice: BetaToolChoiceParam
    """The choice of a provider-run tool."""
    tools: Sequence[BetaToolUnionParam]
    """Provider-run tools, such as web search, added to those of `with_tools`."""
    user_profile_id: str
    """The customer on whose behalf the request is made; sent as the `anthropic-user-profile-id` header."""
    workspace_id: str
    """The workspace, for credentials of several; sent as the `anthropic-workspace-id` header."""


HEADER_OF: Final[Mapping[str, str]] = {
    "betas": "anthropic-beta",
    "user_profile_id": "anthropic-user-profile-id",
    "workspace_id": "anthropic-workspace-id",
}
"""The parameters that the transport sends as headers, not in the body; the items of a list are joined by commas."""

SETTING_OF: Final[Mapping[str, str]] = {
    "max_tokens": "max_tokens",
    "metadata.user_id": "user",
    "output_config.effort": "reasoning",
    "output_config.format": "response_schema",
    "service_tier": "service_tier",
    "stop_sequences": "stop",
    "temperature": "temperature",
    "thinking": "reasoning",
    "thinking.display": "show_reasoning",
    "tool_choice": "tool_choice",
    "tool_choice.disable_parallel_tool_use": "parallel_tool_calls",
    "tools": "tools",
    "top_k": "top_k",
    "top_p": "top_p",
}
SHARED: Final = frozenset(
    {
        "output_config.effort",
        "thinking",
        "thinking.display",
        "tool_choice",
        "tool_choice.disable_parallel_tool_use",
        "tools",
    }
)
APPENDED: Final = frozenset({"betas", "tools"})
RESERVED: Final = frozenset({"messages", "model", "stream"})

EXTRA_RULES: Final = ExtraRules(
    provider="anthropic",
    declared=AnthropicExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
