"""AWS Bedrock's Converse API."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.bedrock.chat import ChatBedrock as ChatBedrock
    from god_llm.plugins.bedrock.extra import BedrockExtra as BedrockExtra
    from god_llm.plugins.bedrock.formatter import BedrockFormatter as BedrockFormatter
    from god_llm.plugins.bedrock.models import BedrockModel as BedrockModel
    from god_llm.plugins.bedrock.normaliser import BedrockNormaliser as BedrockNormaliser
    from god_llm.plugins.bedrock.transport import BedrockTransport as BedrockTransport
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "BedrockExtra": "extra",
            "BedrockFormatter": "formatter",
            "BedrockModel": "models",
            "BedrockNormaliser": "normaliser",
            "BedrockTransport": "transport",
            "ChatBedrock": "chat",
        },
    )

__all__ = [
    "BedrockExtra",
    "BedrockFormatter",
    "BedrockModel",
    "BedrockNormaliser",
    "BedrockTransport",
    "ChatBedrock",
]
