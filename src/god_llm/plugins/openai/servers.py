"""The servers that speak OpenAI's chat completions: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar, cast

from god_llm.dialects.chat_completions.formatter import SETTINGS, ChatCompletionsFormatter, RequestVariant
from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.server import PARTS, Server
from god_llm.dialects.chat_completions.vocabulary import ReplyVariant
from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.provider import Api, Served
from god_llm.http.endpoint import Endpoint
from god_llm.http.options import ConnectionOptions
from god_llm.plugins.openai.errors import CODES
from god_llm.plugins.openai.history_rules import CHAT_HISTORY
from god_llm.plugins.openai.lazy_rules import chat_completions_extra
from god_llm.plugins.openai.server_names import SERVER_NAMES, ServerName
from god_llm.plugins.openai.transport import ENDPOINTS, OpenAIChatTransport
from god_llm.protocols import AuthSource, DualTransport

__all__ = ["SERVERS", "Server", "ServerName", "served"]

ValueT = TypeVar("ValueT")


def _words(*efforts: ReasoningEffort, **others: JsonObject) -> dict[ReasoningEffort, JsonObject]:
    """Efforts that have their own names in `reasoning_effort`, and one that has another field."""
    off: dict[ReasoningEffort, JsonObject] = {"none": others["none"]} if "none" in others else {}
    return {**off, **{effort: {"reasoning_effort": effort} for effort in efforts}}


_THINKING_OFF: Final[JsonObject] = {"thinking": {"type": "disabled"}}

_AZURE: Final = Server(
    name="azure",
    title="Azure",
    hosts=("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"),
    needs_key=True,
    key_header="api-key",
    key_prefix="",
    output_limit="max_completion_tokens",
    parts=PARTS | {"audio", "document"},
    documentation="https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
)

_ROWS: Final = (
    _AZURE,
    replace(
        _AZURE,
        name="azure_deployments",
        documentation="https://learn.microsoft.com/azure/ai-foundry/openai/reference",
    ),
    Server(
        name="cerebras",
        title="Cerebras",
        base_url="https://api.cerebras.ai/v1",
        needs_key=True,
        output_limit="max_completion_tokens",
        efforts=_words("none", "low", "medium", "high"),
        refuses=frozenset({"frequency_penalty", "presence_penalty", "service_tier", "verbosity"}),
        documentation="https://inference-docs.cerebras.ai/resources/openai",
    ),
    Server(
        name="deepseek",
        title="DeepSeek",
        base_url="https://api.deepseek.com",
        needs_key=True,
        efforts=_words("low", "high", "max", none=_THINKING_OFF),
        schemas="json_object",
        documentation="https://api-docs.deepseek.com/guides/thinking_mode",
    ),
    Server(
        name="fireworks",
        title="Fireworks",
        base_url="https://api.fireworks.ai/inference/v1",
        needs_key=True,
        efforts=_words("none", "low", "medium", "high"),
        documentation="https://docs.fireworks.ai/tools-sdks/openai-compatibility",
    ),
    Server(
        name="gemini",
        title="Gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        needs_key=True,
        efforts=_words("none", "minimal", "low", "medium", "high"),
        parts=PARTS | {"audio", "document"},
        documentation="https://ai.google.dev/gemini-api/docs/openai",
    ),
    Server(
        name="llamacpp",
        title="llama.cpp",
        base_url="http://localhost:8080/v1",
        hosts=("127.0.0.1",),
        system="one",
        parts=PARTS | {"audio"},
        documentation="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    ),
    Server(
        name="lmstudio",
        title="LM Studio",
        base_url="http://localhost:1234/v1",
        hosts=("127.0.0.1",),
        system="one",
        documentation="https://lmstudio.ai/docs/developer/openai-compat",
    ),
    Server(
        name="mistral",
        title="Mistral",
        base_url="https://api.mistral.ai/v1",
        needs_key=True,
        efforts=_words("none", "high"),
        usage_option=False,
        system="first",
        parts=PARTS | {"audio"},
        # Mistral rejects every field that it does not know.
        refuses=frozenset({"logprobs", "service_tier", "user", "verbosity"}),
        names={"seed": "random_seed"},
        documentation="https://docs.mistral.ai/api",
    ),
    Server(
        name="moonshot",
        title="Moonshot",
        base_url="https://api.moonshot.ai/v1",
        hosts=("api.moonshot.cn",),
        needs_key=True,
        output_limit="max_completion_tokens",
        efforts=_words("low", "high", "max", none=_THINKING_OFF),
        documentation="https://platform.kimi.ai/docs/api/chat",
    ),
    Server(
        name="ollama_v1",
        title="Ollama",
        base_url="http://localhost:11434/v1",
        hosts=("127.0.0.1",),
        efforts=_words("none", "low", "medium", "high"),
        system="one",
        documentation="https://docs.ollama.com/api/openai-compatibility",
    ),
    Server(
        name="openrouter",
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        needs_key=True,
        efforts={
            effort: {"reasoning": {"effort": effort}}
            for effort in ("none", "minimal", "low", "medium", "high", "xhigh", "max")
        },
        parts=PARTS | {"audio", "document"},
        documentation="https://openrouter.ai/docs/guides/best-practices/reasoning-tokens",
    ),
    Server(
        name="sglang",
        title="SGLang",
        base_url="http://localhost:30000/v1",
        hosts=("127.0.0.1",),
        system="one",
        parts=PARTS | {"audio"},
        documentation="https://docs.sglang.ai/basic_usage/openai_api_completions.html",
    ),
    Server(
        name="together",
        title="Together",
        base_url="https://api.together.xyz/v1",
        hosts=("api.together.ai",),
        needs_key=True,
        efforts=_words("low", "medium", "high", none={"reasoning": {"enabled": False}}),
        documentation="https://docs.together.ai/docs/openai-api-compatibility",
    ),
    Server(
        name="vllm",
        title="vLLM",
        base_url="http://localhost:8000/v1",
        hosts=("127.0.0.1",),
        system="one",
        parts=PARTS | {"audio"},
        documentation="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    ),
    Server(
        name="xai",
        title="xAI",
        base_url="https://api.x.ai/v1",
        needs_key=True,
        output_limit="max_completion_tokens",
        efforts=_words("none", "low", "medium", "high"),
        documentation="https://docs.x.ai/docs/guides/reasoning",
    ),
)

SERVERS: Final[Mapping[str, Server]] = {row.name: row for row in _ROWS}
"""The rows by name. The names are `ServerName`."""


def served(server: object, api: str | None) -> Served:
    """A server as the provider of a facade.

    Raises:
        InvalidSettingError: there is no such row, or the API is not chat completions.
    """
    row = _row(server)
    if api not in (None, "chat_completions"):
        raise InvalidSettingError(f"server={row.name!r} speaks chat completions: leave out api={api!r}")
    return Served(row.provider, row.title or row.name, "chat_completions", _api(row), row.base_url, own=False)


def _row(server: object) -> Server:
    if isinstance(server, Server):
        return server
    if isinstance(server, str) and server in SERVERS:
        return SERVERS[server]
    raise InvalidSettingError(
        f"there is no server {server!r}; there are {', '.join(SERVER_NAMES)}."
        " For another one, pass server=Server(name=..., base_url=...)"
    )


def _constant(value: ValueT, _: str) -> ValueT:
    """A fact that is the same for every model; named, so that a formatter can be pickled."""
    return value


def _connect(endpoint: Endpoint, auth: AuthSource | None, options: ConnectionOptions) -> DualTransport[JsonObject]:
    """The transport of a server. Every JSON object crosses HTTP; the type of its requests is for type checkers."""
    return cast("DualTransport[JsonObject]", OpenAIChatTransport.connect(auth, options, endpoint))


def _api(row: Server) -> Api:
    codes = CODES._replace(provider=row.name)
    request = RequestVariant(
        row.name,
        takes=row.parts,
        limit=partial(_constant, row.output_limit),
        strict=partial(_constant, row.strict_schemas),
        effort_fields=row.efforts,
        tiers=None,
        schema_in_words=row.schemas == "json_object",
        takes_reasoning=row.takes_reasoning,
        names=row.names,
    )
    endpoint = ENDPOINTS["chat_completions"]._replace(
        provider=row.provider,
        title=row.title or row.name,
        hosts=row.known_hosts,
        key_required=row.needs_key,
        key_header=row.key_header,
        key_prefix=row.key_prefix,
        error=codes.read,
        failure=codes.failure,
        optional=ENDPOINTS["chat_completions"].optional if row.usage_option else {},
    )
    reply = ReplyVariant(row.name, codes.failure, needs_done=row.ends_with_done)
    return Api(
        formatter=partial(ChatCompletionsFormatter, request),
        normaliser=partial(ChatCompletionsNormaliser, reply),
        connect=partial(_connect, endpoint),
        endpoint=endpoint,
        settings=SETTINGS - row.refuses,
        extra=chat_completions_extra,
        history=row.history(CHAT_HISTORY),
    )
