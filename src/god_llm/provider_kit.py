"""Everything that the author of a provider plugin imports; the rest of the package is private.

The names are re-exported from where they are defined. Nothing here imports an SDK.
"""

from __future__ import annotations

from god_llm.auth import EnvironmentAuth as EnvironmentAuth
from god_llm.auth import StaticAuth as StaticAuth
from god_llm.auth.missing_key import missing_key as missing_key
from god_llm.dialects.chat_completions.api import chat_completions as chat_completions
from god_llm.dialects.chat_completions.errors import ErrorCodes as ErrorCodes
from god_llm.dialects.chat_completions.formatter import SETTINGS as CHAT_COMPLETIONS_SETTINGS
from god_llm.dialects.chat_completions.formatter import ChatCompletionsFormatter as ChatCompletionsFormatter
from god_llm.dialects.chat_completions.formatter import RequestVariant as RequestVariant
from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser as ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.vocabulary import ReplyVariant as ReplyVariant
from god_llm.dialects.conversation import arguments_of as arguments_of
from god_llm.dialects.conversation import base64_text as base64_text
from god_llm.dialects.conversation import effort_word as effort_word
from god_llm.dialects.conversation import instructions_first as instructions_first
from god_llm.dialects.conversation import offers_tools as offers_tools
from god_llm.dialects.conversation import parts_of as parts_of
from god_llm.dialects.conversation import refused_message as refused_message
from god_llm.dialects.conversation import refused_part as refused_part
from god_llm.dialects.conversation import tier_word as tier_word
from god_llm.dialects.logprobs import token_logprobs as token_logprobs
from god_llm.dialects.replies import Shape as Shape
from god_llm.dialects.replies import validated as validated
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
from god_llm.domain.exceptions import StreamInterruptedError as StreamInterruptedError
from god_llm.domain.exceptions import TimeoutExceededError as TimeoutExceededError
from god_llm.domain.exceptions import TransportError as TransportError
from god_llm.domain.exceptions import UnsupportedFeatureError as UnsupportedFeatureError
from god_llm.domain.exceptions import UnsupportedParameterError as UnsupportedParameterError
from god_llm.domain.extra import CustomExtra as CustomExtra
from god_llm.domain.extra import ExtraRules as ExtraRules
from god_llm.domain.facts import ModelFacts as ModelFacts
from god_llm.domain.facts import PackagedFacts as PackagedFacts
from god_llm.domain.facts import ReasoningEffort as ReasoningEffort
from god_llm.domain.finish import FinishReason as FinishReason
from god_llm.domain.finish import unified as unified
from god_llm.domain.messages import AIMessage as AIMessage
from god_llm.domain.messages import BaseMessage as BaseMessage
from god_llm.domain.messages import Message as Message
from god_llm.domain.messages import Prompt as Prompt
from god_llm.domain.messages import SystemMessage as SystemMessage
from god_llm.domain.messages import ToolMessage as ToolMessage
from god_llm.domain.messages import UserMessage as UserMessage
from god_llm.domain.models import Catalogue as Catalogue
from god_llm.domain.models import CustomModel as CustomModel
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
from god_llm.domain.parts import any_calls as any_calls
from god_llm.domain.plain_json import JsonDict as JsonDict
from god_llm.domain.plain_json import JsonObject as JsonObject
from god_llm.domain.plain_json import JsonValue as JsonValue
from god_llm.domain.providers import CustomProvider as CustomProvider
from god_llm.domain.settings import GenerationSettings as GenerationSettings
from god_llm.domain.settings import Settings as Settings
from god_llm.domain.settings import TemperatureValidator as TemperatureValidator
from god_llm.domain.streams import AsyncStream as AsyncStream
from god_llm.domain.streams import Stream as Stream
from god_llm.domain.timeouts import Timeouts as Timeouts
from god_llm.domain.tools import NamedTool as NamedTool
from god_llm.domain.tools import ResponseSchema as ResponseSchema
from god_llm.domain.tools import Tool as Tool
from god_llm.domain.tools import ToolChoice as ToolChoice
from god_llm.domain.tools import ToolSource as ToolSource
from god_llm.domain.usage import Usage as Usage
from god_llm.engine.base import BaseLLM as BaseLLM
from god_llm.engine.chat import ChatModel as ChatModel
from god_llm.engine.provider import Api as Api
from god_llm.engine.provider import Connect as Connect
from god_llm.engine.provider import Provider as Provider
from god_llm.engine.provider import over_http as over_http
from god_llm.http.client import AsyncClient as AsyncClient
from god_llm.http.client import AsyncResponse as AsyncResponse
from god_llm.http.client import Client as Client
from god_llm.http.client import Response as Response
from god_llm.http.endpoint import Endpoint as Endpoint
from god_llm.http.errors import ErrorReader as ErrorReader
from god_llm.http.errors import ErrorTable as ErrorTable
from god_llm.http.errors import HttpConnectionError as HttpConnectionError
from god_llm.http.errors import HttpFailure as HttpFailure
from god_llm.http.errors import HttpStatusError as HttpStatusError
from god_llm.http.errors import HttpTimeoutError as HttpTimeoutError
from god_llm.http.errors import parsed_body as parsed_body
from god_llm.http.errors import provider_error as provider_error
from god_llm.http.errors import retry_after as retry_after
from god_llm.http.framing import NDJSON as NDJSON
from god_llm.http.framing import SSE as SSE
from god_llm.http.framing import Framing as Framing
from god_llm.http.framing import Splitter as Splitter
from god_llm.http.httpx_client import HttpxAsyncClient as HttpxAsyncClient
from god_llm.http.httpx_client import HttpxClient as HttpxClient
from god_llm.http.httpx_client import httpx_library as httpx_library
from god_llm.http.library import Library as Library
from god_llm.http.library import Opening as Opening
from god_llm.http.options import ConnectionOptions as ConnectionOptions
from god_llm.http.outgoing import Outgoing as Outgoing
from god_llm.http.transport import HttpTransport as HttpTransport
from god_llm.protocols import AsyncTransport as AsyncTransport
from god_llm.protocols import AuthSource as AuthSource
from god_llm.protocols import DualTransport as DualTransport
from god_llm.protocols import LanguageModel as LanguageModel
from god_llm.protocols import Middleware as Middleware
from god_llm.protocols import PromptFormatter as PromptFormatter
from god_llm.protocols import ResponseNormaliser as ResponseNormaliser
from god_llm.protocols import StreamDecoder as StreamDecoder
from god_llm.protocols import Transport as Transport

__all__ = [
    "CHAT_COMPLETIONS_SETTINGS",
    "NDJSON",
    "SSE",
    "AIMessage",
    "Api",
    "AsyncClient",
    "AsyncResponse",
    "AsyncStream",
    "AsyncTransport",
    "AudioPart",
    "AuthSource",
    "AuthenticationError",
    "BaseLLM",
    "BaseLLMException",
    "BaseMessage",
    "Call",
    "Catalogue",
    "ChatCompletionsFormatter",
    "ChatCompletionsNormaliser",
    "ChatModel",
    "CitationDelta",
    "CitationPart",
    "Client",
    "ConfigurationError",
    "Connect",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ConnectionOptions",
    "ContentFilterError",
    "ContentPart",
    "ContextLengthError",
    "CustomExtra",
    "CustomModel",
    "CustomProvider",
    "Delta",
    "DocumentPart",
    "DualTransport",
    "Endpoint",
    "EnvironmentAuth",
    "ErrorCodes",
    "ErrorReader",
    "ErrorTable",
    "ExtraRules",
    "FinishReason",
    "FinishedDelta",
    "Framing",
    "GenerationSettings",
    "HttpConnectionError",
    "HttpFailure",
    "HttpStatusError",
    "HttpTimeoutError",
    "HttpTransport",
    "HttpxAsyncClient",
    "HttpxClient",
    "ImagePart",
    "InvalidAPIKeyError",
    "InvalidRequestError",
    "InvalidSettingError",
    "JsonDict",
    "JsonObject",
    "JsonValue",
    "LanguageModel",
    "Library",
    "MalformedResponseError",
    "Message",
    "Middleware",
    "MissingAPIKeyError",
    "MissingDependencyError",
    "ModelFacts",
    "NamedTool",
    "NotFoundError",
    "Opening",
    "Outgoing",
    "OverloadedError",
    "PackagedFacts",
    "PartDelta",
    "PermissionDeniedError",
    "Prompt",
    "PromptError",
    "PromptFormatter",
    "Provider",
    "ProviderError",
    "ProviderUnavailableError",
    "RateLimitError",
    "ReasoningDelta",
    "ReasoningEffort",
    "ReasoningPart",
    "RefusalDelta",
    "RefusalPart",
    "ReplyVariant",
    "RequestVariant",
    "Response",
    "ResponseError",
    "ResponseNormaliser",
    "ResponseSchema",
    "ServerToolPart",
    "Settings",
    "Shape",
    "Splitter",
    "StartedDelta",
    "StaticAuth",
    "Stream",
    "StreamDecoder",
    "StreamInterruptedError",
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
    "ToolMessage",
    "ToolResultPart",
    "ToolSource",
    "Transport",
    "TransportError",
    "UnknownPart",
    "UnsupportedFeatureError",
    "UnsupportedParameterError",
    "Usage",
    "UsageDelta",
    "UserMessage",
    "VideoPart",
    "any_calls",
    "arguments_of",
    "base64_text",
    "chat_completions",
    "effort_word",
    "httpx_library",
    "instructions_first",
    "missing_key",
    "offers_tools",
    "over_http",
    "parsed_body",
    "parts_of",
    "provider_error",
    "refused_message",
    "refused_part",
    "retry_after",
    "tier_word",
    "token_logprobs",
    "unified",
    "validated",
]
