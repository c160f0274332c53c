"""AWS Bedrock's Converse API."""

from god_llm.plugins.bedrock.chat import ChatBedrock
from god_llm.plugins.bedrock.formatter import BedrockFormatter
from god_llm.plugins.bedrock.models import BedrockModel
from god_llm.plugins.bedrock.normaliser import BedrockNormaliser
from god_llm.plugins.bedrock.transport import BedrockTransport

__all__ = [
    "BedrockFormatter",
    "BedrockModel",
    "BedrockNormaliser",
    "BedrockTransport",
    "ChatBedrock",
]
