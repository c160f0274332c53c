"""One strictly typed way to talk to OpenAI, Anthropic, Groq, Ollama and AWS Bedrock.

The public names are imported on first use: `import god_llm` loads no SDK and no HTTP library.
"""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.auth import Auth as Auth
    from god_llm.auth import AWSAuth as AWSAuth
    from god_llm.auth import CallbackAuth as CallbackAuth
    from god_llm.auth import ChainAuth as ChainAuth
    from god_llm.auth import EnvironmentAuth as EnvironmentAuth
    from god_llm.auth import KeyringAuth as KeyringAuth
    from god_llm.auth import StaticAuth as StaticAuth
    from god_llm.dialects.chat_completions.server import Server as Server
    from god_llm.domain.answers import Answer as Answer
    from god_llm.domain.answers import AnswerMode as AnswerMode
    from god_llm.domain.answers import NoValue as NoValue
    from god_llm.domain.call import Call as Call
    from god_llm.domain.deltas import CitationDelta as CitationDelta
    from god_llm.domain.deltas import Delta as Delta
    from god_llm.domain.deltas import FinishedDelta as FinishedDelta
    from god_llm.domain.deltas import PartDelta as PartDelta
    from god_llm.domain.deltas import ReasoningDelta as ReasoningDelta
    from god_llm.domain.deltas import RefusalDelta as RefusalDelta
    from god_llm.domain.deltas import StartedDelta as StartedDelta
    from god_llm.domain.deltas import TextDelta as TextDelta
    from god_llm.domain.deltas import ToolCallDelta as ToolCallDelta
    from god_llm.domain.deltas import UsageDelta as UsageDelta
    from god_llm.domain.exceptions import AuthenticationError as AuthenticationError
    from god_llm.domain.exceptions import BaseLLMException as BaseLLMException
    from god_llm.domain.exceptions import BudgetExceededError as BudgetExceededError
    from god_llm.domain.exceptions import CircuitOpenError as CircuitOpenError
    from god_llm.domain.exceptions import ConfigurationError as ConfigurationError
    from god_llm.domain.exceptions import ConnectionFailedError as ConnectionFailedError
    from god_llm.domain.exceptions import ConnectionLostError as ConnectionLostError
    from god_llm.domain.exceptions import ContentFilterError as ContentFilterError
    from god_llm.domain.exceptions import ContextLengthError as ContextLengthError
    from god_llm.domain.exceptions import InvalidAPIKeyError as InvalidAPIKeyError
    from god_llm.domain.exceptions import InvalidRequestError as InvalidRequestError
    from god_llm.domain.exceptions import InvalidSettingError as InvalidSettingError
    from god_llm.domain.exceptions import MalformedResponseError as MalformedResponseError
    from god_llm.domain.exceptions import MissingAPIKeyError as MissingAPIKeyError
    from god_llm.domain.exceptions import MissingDependencyError as MissingDependencyError
    from god_llm.domain.exceptions import NotFoundError as NotFoundError
    from god_llm.domain.exceptions import OverloadedError as OverloadedError
    from god_llm.domain.exceptions import PermissionDeniedError as PermissionDeniedError
    from god_llm.domain.exceptions import PromptError as PromptError
    from god_llm.domain.exceptions import ProviderError as ProviderError
    from god_llm.domain.exceptions import ProviderUnavailableError as ProviderUnavailableError
    from god_llm.domain.exceptions import RateLimitError as RateLimitError
    from god_llm.domain.exceptions import ResponseError as ResponseError
    from god_llm.domain.exceptions import RunLimitError as RunLimitError
    from god_llm.domain.exceptions import StreamInterruptedError as StreamInterruptedError
    from god_llm.domain.exceptions import StructuredAnswerError as StructuredAnswerError
    from god_llm.domain.exceptions import TimeoutExceededError as TimeoutExceededError
    from god_llm.domain.exceptions import TransportError as TransportError
    from god_llm.domain.exceptions import UnknownModelError as UnknownModelError
    from god_llm.domain.exceptions import UnknownPriceError as UnknownPriceError
    from god_llm.domain.exceptions import UnknownProviderError as UnknownProviderError
    from god_llm.domain.exceptions import UnsupportedFeatureError as UnsupportedFeatureError
    from god_llm.domain.exceptions import UnsupportedParameterError as UnsupportedParameterError
    from god_llm.domain.extra import CustomExtra as CustomExtra
    from god_llm.domain.facts import ModelFacts as ModelFacts
    from god_llm.domain.facts import ReasoningEffort as ReasoningEffort
    from god_llm.domain.finish import FinishReason as FinishReason
    from god_llm.domain.identity import Clock as Clock
    from god_llm.domain.identity import IdSource as IdSource
    from god_llm.domain.messages import AIMessage as AIMessage
    from god_llm.domain.messages import BaseMessage as BaseMessage
    from god_llm.domain.messages import Conversation as Conversation
    from god_llm.domain.messages import Message as Message
    from god_llm.domain.messages import Prompt as Prompt
    from god_llm.domain.messages import SystemMessage as SystemMessage
    from god_llm.domain.messages import ToolMessage as ToolMessage
    from god_llm.domain.messages import UserMessage as UserMessage
    from god_llm.domain.models import CustomModel as CustomModel
    from god_llm.domain.models import RetiredModelWarning as RetiredModelWarning
    from god_llm.domain.parts import AudioPart as AudioPart
    from god_llm.domain.parts import CitationPart as CitationPart
    from god_llm.domain.parts import ContentPart as ContentPart
    from god_llm.domain.parts import DocumentPart as DocumentPart
    from god_llm.domain.parts import ImagePart as ImagePart
    from god_llm.domain.parts import ReasoningPart as ReasoningPart
    from god_llm.domain.parts import RefusalPart as RefusalPart
    from god_llm.domain.parts import ServerToolPart as ServerToolPart
    from god_llm.domain.parts import TextPart as TextPart
    from god_llm.domain.parts import ToolCallPart as ToolCallPart
    from god_llm.domain.parts import ToolResultPart as ToolResultPart
    from god_llm.domain.parts import UnknownPart as UnknownPart
    from god_llm.domain.parts import VideoPart as VideoPart
    from god_llm.domain.plain_json import JsonObject as JsonObject
    from god_llm.domain.providers import CustomProvider as CustomProvider
    from god_llm.domain.providers import LLMProviderType as LLMProviderType
    from god_llm.domain.runnable import tool as tool
    from god_llm.domain.runs import CallFinished as CallFinished
    from god_llm.domain.runs import CallStarted as CallStarted
    from god_llm.domain.runs import Decisions as Decisions
    from god_llm.domain.runs import Run as Run
    from god_llm.domain.runs import RunEvent as RunEvent
    from god_llm.domain.runs import RunFinished as RunFinished
    from god_llm.domain.runs import ToolContext as ToolContext
    from god_llm.domain.runs import TurnFinished as TurnFinished
    from god_llm.domain.settings import GenerationSettings as GenerationSettings
    from god_llm.domain.settings import Settings as Settings
    from god_llm.domain.settings import TemperatureValidator as TemperatureValidator
    from god_llm.domain.streams import AsyncStream as AsyncStream
    from god_llm.domain.streams import Stream as Stream
    from god_llm.domain.timeouts import Timeouts as Timeouts
    from god_llm.domain.tools import NamedTool as NamedTool
    from god_llm.domain.tools import Tool as Tool
    from god_llm.domain.tools import ToolChoice as ToolChoice
    from god_llm.domain.tools import ToolSource as ToolSource
    from god_llm.domain.usage import Usage as Usage
    from god_llm.engine.base import BaseLLM as BaseLLM
    from god_llm.engine.batch import Prompts as Prompts
    from god_llm.engine.batch_result import BatchResult as BatchResult
    from god_llm.engine.chat import ChatModel as ChatModel
    from god_llm.http.options import ConnectionOptions as ConnectionOptions
    from god_llm.middleware import Logged as Logged
    from god_llm.plugins.anthropic import ChatAnthropic as ChatAnthropic
    from god_llm.plugins.bedrock import ChatBedrock as ChatBedrock
    from god_llm.plugins.chat_model import chat_model as chat_model
    from god_llm.plugins.groq import ChatGroq as ChatGroq
    from god_llm.plugins.model_ids import ModelId as ModelId
    from god_llm.plugins.ollama import ChatOllama as ChatOllama
    from god_llm.plugins.openai import ChatOpenAI as ChatOpenAI
    from god_llm.plugins.registry import model_id as model_id
    from god_llm.protocols import AsyncTransport as AsyncTransport
    from god_llm.protocols import AuthSource as AuthSource
    from god_llm.protocols import ChatGenerator as ChatGenerator
    from god_llm.protocols import DualTransport as DualTransport
    from god_llm.protocols import Generator as Generator
    from god_llm.protocols import LanguageModel as LanguageModel
    from god_llm.protocols import Middleware as Middleware
    from god_llm.protocols import PromptFormatter as PromptFormatter
    from god_llm.protocols import ResponseNormaliser as ResponseNormaliser
    from god_llm.protocols import StreamDecoder as StreamDecoder
    from god_llm.protocols import Transport as Transport
    from god_llm.transports.retrying import OnRetry as OnRetry
    from god_llm.transports.retrying import RetryAttempt as RetryAttempt
    from god_llm.transports.retrying import RetryingTransport as RetryingTransport
    from god_llm.version import __version__ as __version__
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "AIMessage": "domain.messages",
            "AWSAuth": "auth",
            "AsyncStream": "domain.streams",
            "AsyncTransport": "protocols",
            "AudioPart": "domain.parts",
            "VideoPart": "domain.parts",
            "Auth": "auth",
            "AuthSource": "protocols",
            "AuthenticationError": "domain.exceptions",
            "BaseLLM": "engine.base",
            "BaseLLMException": "domain.exceptions",
            "BaseMessage": "domain.messages",
            "BatchResult": "engine.batch_result",
            "BudgetExceededError": "domain.exceptions",
            "Call": "domain.call",
            "CallbackAuth": "auth",
            "ChainAuth": "auth",
            "ChatAnthropic": "plugins.anthropic",
            "ChatBedrock": "plugins.bedrock",
            "ChatGenerator": "protocols",
            "ChatGroq": "plugins.groq",
            "ChatModel": "engine.chat",
            "ChatOllama": "plugins.ollama",
            "ChatOpenAI": "plugins.openai",
            "CircuitOpenError": "domain.exceptions",
            "CitationDelta": "domain.deltas",
            "CitationPart": "domain.parts",
            "Clock": "domain.identity",
            "ConfigurationError": "domain.exceptions",
            "ConnectionFailedError": "domain.exceptions",
            "ConnectionLostError": "domain.exceptions",
            "ConnectionOptions": "http.options",
            "ContentFilterError": "domain.exceptions",
            "ContentPart": "domain.parts",
            "ContextLengthError": "domain.exceptions",
            "Conversation": "domain.messages",
            "CustomExtra": "domain.extra",
            "CustomModel": "domain.models",
            "Server": "dialects.chat_completions.server",
            "CustomProvider": "domain.providers",
            "Delta": "domain.deltas",
            "DocumentPart": "domain.parts",
            "DualTransport": "protocols",
            "EnvironmentAuth": "auth",
            "FinishReason": "domain.finish",
            "FinishedDelta": "domain.deltas",
            "GenerationSettings": "domain.settings",
            "Generator": "protocols",
            "IdSource": "domain.identity",
            "ImagePart": "domain.parts",
            "InvalidAPIKeyError": "domain.exceptions",
            "InvalidRequestError": "domain.exceptions",
            "InvalidSettingError": "domain.exceptions",
            "JsonObject": "domain.plain_json",
            "KeyringAuth": "auth",
            "LLMProviderType": "domain.providers",
            "LanguageModel": "protocols",
            "Logged": "middleware",
            "MalformedResponseError": "domain.exceptions",
            "Message": "domain.messages",
            "Middleware": "protocols",
            "MissingAPIKeyError": "domain.exceptions",
            "MissingDependencyError": "domain.exceptions",
            "ModelFacts": "domain.facts",
            "ModelId": "plugins.model_ids",
            "NamedTool": "domain.tools",
            "NotFoundError": "domain.exceptions",
            "OnRetry": "transports.retrying",
            "OverloadedError": "domain.exceptions",
            "PartDelta": "domain.deltas",
            "PermissionDeniedError": "domain.exceptions",
            "Prompt": "domain.messages",
            "PromptError": "domain.exceptions",
            "PromptFormatter": "protocols",
            "Prompts": "engine.batch",
            "ProviderError": "domain.exceptions",
            "ProviderUnavailableError": "domain.exceptions",
            "RateLimitError": "domain.exceptions",
            "ReasoningDelta": "domain.deltas",
            "ReasoningEffort": "domain.facts",
            "ReasoningPart": "domain.parts",
            "RefusalDelta": "domain.deltas",
            "RefusalPart": "domain.parts",
            "ResponseError": "domain.exceptions",
            "ResponseNormaliser": "protocols",
            "RetiredModelWarning": "domain.models",
            "RetryAttempt": "transports.retrying",
            "RetryingTransport": "transports.retrying",
            "ServerToolPart": "domain.parts",
            "Settings": "domain.settings",
            "StartedDelta": "domain.deltas",
            "StaticAuth": "auth",
            "Stream": "domain.streams",
            "StreamDecoder": "protocols",
            "StreamInterruptedError": "domain.exceptions",
            "Run": "domain.runs",
            "ToolContext": "domain.runs",
            "CallStarted": "domain.runs",
            "CallFinished": "domain.runs",
            "TurnFinished": "domain.runs",
            "RunFinished": "domain.runs",
            "RunEvent": "domain.runs",
            "Decisions": "domain.runs",
            "tool": "domain.runnable",
            "RunLimitError": "domain.exceptions",
            "StructuredAnswerError": "domain.exceptions",
            "Answer": "domain.answers",
            "AnswerMode": "domain.answers",
            "NoValue": "domain.answers",
            "SystemMessage": "domain.messages",
            "TemperatureValidator": "domain.settings",
            "TextDelta": "domain.deltas",
            "TextPart": "domain.parts",
            "TimeoutExceededError": "domain.exceptions",
            "Timeouts": "domain.timeouts",
            "Tool": "domain.tools",
            "ToolCallDelta": "domain.deltas",
            "ToolCallPart": "domain.parts",
            "ToolChoice": "domain.tools",
            "ToolMessage": "domain.messages",
            "ToolResultPart": "domain.parts",
            "ToolSource": "domain.tools",
            "Transport": "protocols",
            "TransportError": "domain.exceptions",
            "UnknownModelError": "domain.exceptions",
            "UnknownPriceError": "domain.exceptions",
            "UnknownPart": "domain.parts",
            "UnknownProviderError": "domain.exceptions",
            "UnsupportedFeatureError": "domain.exceptions",
            "UnsupportedParameterError": "domain.exceptions",
            "Usage": "domain.usage",
            "UsageDelta": "domain.deltas",
            "UserMessage": "domain.messages",
            "__version__": "version",
            "chat_model": "plugins.chat_model",
            "model_id": "plugins.registry",
        },
    )

__all__ = [
    "AIMessage",
    "AWSAuth",
    "Answer",
    "AnswerMode",
    "AsyncStream",
    "AsyncTransport",
    "AudioPart",
    "Auth",
    "AuthSource",
    "AuthenticationError",
    "BaseLLM",
    "BaseLLMException",
    "BaseMessage",
    "BatchResult",
    "BudgetExceededError",
    "Call",
    "CallFinished",
    "CallStarted",
    "CallbackAuth",
    "ChainAuth",
    "ChatAnthropic",
    "ChatBedrock",
    "ChatGenerator",
    "ChatGroq",
    "ChatModel",
    "ChatOllama",
    "ChatOpenAI",
    "CircuitOpenError",
    "CitationDelta",
    "CitationPart",
    "Clock",
    "ConfigurationError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ConnectionOptions",
    "ContentFilterError",
    "ContentPart",
    "ContextLengthError",
    "Conversation",
    "CustomExtra",
    "CustomModel",
    "CustomProvider",
    "Decisions",
    "Delta",
    "DocumentPart",
    "DualTransport",
    "EnvironmentAuth",
    "FinishReason",
    "FinishedDelta",
    "GenerationSettings",
    "Generator",
    "IdSource",
    "ImagePart",
    "InvalidAPIKeyError",
    "InvalidRequestError",
    "InvalidSettingError",
    "JsonObject",
    "KeyringAuth",
    "LLMProviderType",
    "LanguageModel",
    "Logged",
    "MalformedResponseError",
    "Message",
    "Middleware",
    "MissingAPIKeyError",
    "MissingDependencyError",
    "ModelFacts",
    "ModelId",
    "NamedTool",
    "NoValue",
    "NotFoundError",
    "OnRetry",
    "OverloadedError",
    "PartDelta",
    "PermissionDeniedError",
    "Prompt",
    "PromptError",
    "PromptFormatter",
    "Prompts",
    "ProviderError",
    "ProviderUnavailableError",
    "RateLimitError",
    "ReasoningDelta",
    "ReasoningEffort",
    "ReasoningPart",
    "RefusalDelta",
    "RefusalPart",
    "ResponseError",
    "ResponseNormaliser",
    "RetiredModelWarning",
    "RetryAttempt",
    "RetryingTransport",
    "Run",
    "RunEvent",
    "RunFinished",
    "RunLimitError",
    "Server",
    "ServerToolPart",
    "Settings",
    "StartedDelta",
    "StaticAuth",
    "Stream",
    "StreamDecoder",
    "StreamInterruptedError",
    "StructuredAnswerError",
    "SystemMessage",
    "TemperatureValidator",
    "TextDelta",
    "TextPart",
    "TimeoutExceededError",
    "Timeouts",
    "Tool",
    "ToolCallDelta",
    "ToolCallPart",
    "ToolChoice",
    "ToolContext",
    "ToolMessage",
    "ToolResultPart",
    "ToolSource",
    "Transport",
    "TransportError",
    "TurnFinished",
    "UnknownModelError",
    "UnknownPart",
    "UnknownPriceError",
    "UnknownProviderError",
    "UnsupportedFeatureError",
    "UnsupportedParameterError",
    "Usage",
    "UsageDelta",
    "UserMessage",
    "VideoPart",
    "__version__",
    "chat_model",
    "model_id",
    "tool",
]
