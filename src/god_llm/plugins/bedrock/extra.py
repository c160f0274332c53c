"""The parameters of `extra=` for Bedrock.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime.type_defs import (
        GuardrailConfigurationTypeDef,
        GuardrailStreamConfigurationTypeDef,
        PerformanceConfigurationTypeDef,
        PromptVariableValuesTypeDef,
        SystemContentBlockTypeDef,
        ToolConfigurationTypeDef,
    )
else:
    GuardrailConfigurationTypeDef = GuardrailStreamConfigurationTypeDef = PerformanceConfigurationTypeDef = dict
    PromptVariableValuesTypeDef = SystemContentBlockTypeDef = ToolConfigurationTypeDef = dict

__all__ = ["APPENDED", "EXTRA_RULES", "RESERVED", "SETTING_OF", "SHARED", "BedrockExtra"]


class BedrockExtra(TypedDict, total=False):
    """The parameters that only Bedrock has."""

    additionalModelRequestFields: Mapping[str, object]
    """Parameters of the model's maker, such as `{"anthropic_beta": [...]}`; merged with those for reasoning."""
    additionalModelResponseFieldPaths: list[str]
    """JSON pointers to fields of the model's own reply, which the message's metadata then has."""
    guardrailConfig: GuardrailConfigurationTypeDef | GuardrailStreamConfigurationTypeDef
    """The guardrail that input and output pass."""
    performanceConfig: PerformanceConfigurationTypeDef
    """`{"latency": "optimized"}` asks for latency-optimised inference."""
    projectIdentifier: str
    """The project to which the call is charged: an id, an ARN or `"default"`."""
    promptVariables: Mapping[str, PromptVariableValuesTypeDef]
    """Variables of a prompt of Prompt management, where its ARN is the model."""
    system: Sequence[SystemContentBlockTypeDef]
    """Blocks after the system messages, such as `{"cachePoint": {"type": "default"}}`."""
    toolConfig: ToolConfigurationTypeDef
    """`tools` are added to those of `with_tools`: system tools, or a `cachePoint` after the others."""


SETTING_OF: Final[Mapping[str, str]] = {
    "additionalModelRequestFields": "reasoning",
    "additionalModelRequestFields.top_k": "top_k",
    "inferenceConfig.maxTokens": "max_tokens",
    "inferenceConfig.stopSequences": "stop",
    "inferenceConfig.temperature": "temperature",
    "inferenceConfig.topP": "top_p",
    "outputConfig.effort": "reasoning",
    "outputConfig.textFormat": "response_schema",
    "requestMetadata": "request_metadata",
    "serviceTier": "service_tier",
    "toolConfig.toolChoice": "tool_choice",
    "toolConfig.tools": "tools",
}
SHARED: Final = frozenset(
    {
        "additionalModelRequestFields",
        "additionalModelRequestFields.top_k",
        "toolConfig.toolChoice",
        "toolConfig.tools",
    }
)
APPENDED: Final = frozenset({"system", "toolConfig.tools"})
RESERVED: Final = frozenset({"messages", "modelId"})

EXTRA_RULES: Final = ExtraRules(
    provider="bedrock",
    declared=BedrockExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
