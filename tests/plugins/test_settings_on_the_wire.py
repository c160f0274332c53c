"""Every setting on every API: written under the API's own name and type, or refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, get_args, get_type_hints

import ollama
import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from botocore.session import get_session
from botocore.validate import ParamValidator
from groq.types.chat.completion_create_params import CompletionCreateParams
from ollama._types import ChatRequest
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming as ChatParams,
)
from openai.types.responses import ServiceTier
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming
from pydantic import ConfigDict, TypeAdapter
from pydantic_core import to_json
from types_boto3_bedrock_runtime.literals import ServiceTierTypeType

from god_llm import BaseMessage, NamedTool, Settings, Tool, UnsupportedParameterError, UserMessage
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.accepted import refuse_others
from god_llm.plugins.anthropic import formatter as anthropic
from god_llm.plugins.bedrock import formatter as bedrock
from god_llm.plugins.groq import formatter as groq
from god_llm.plugins.ollama import formatter as ollama_formatter
from god_llm.plugins.openai.chat_completions import formatter as openai_chat
from god_llm.plugins.openai.responses import formatter as openai_responses
from god_llm.plugins.openai.tiers import CHAT_TIERS, RESPONSES_TIERS
from god_llm.protocols import PromptFormatter

Request = Mapping[str, object]
SCHEMA: Final[dict[str, object]] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
TOOL: Final = Tool("sky", "The colour of the sky.", SCHEMA)
FUNCTION: Final = {"name": "sky", "description": "The colour of the sky.", "parameters": SCHEMA}
PROMPT: Final = (UserMessage(content="hi"),)

ASKED: Final[Mapping[str, Settings]] = {
    "temperature": Settings(temperature=0.5),
    "max_tokens": Settings(max_tokens=5),
    "top_p": Settings(top_p=0.5),
    "stop": Settings(stop=("END",)),
    "seed": Settings(seed=1),
    "reasoning": Settings(reasoning="low"),
    "top_k": Settings(top_k=3),
    "presence_penalty": Settings(presence_penalty=0.5),
    "frequency_penalty": Settings(frequency_penalty=-0.5),
    "parallel_tool_calls": Settings(parallel_tool_calls=False, tools=(TOOL,)),
    "logprobs": Settings(logprobs=2),
    "service_tier": Settings(service_tier="auto"),
    "user": Settings(user="u1"),
    "request_metadata": Settings(request_metadata={"team": "search"}),
    "verbosity": Settings(verbosity="low"),
    "show_reasoning": Settings(show_reasoning=True),
    "tools": Settings(tools=(TOOL,)),
    "tool_choice": Settings(tools=(TOOL,), tool_choice="auto"),
    "response_schema": Settings(response_schema=ResponseSchema("Answer", SCHEMA)),
}
"""Each setting, with what it needs beside it."""


# -- what the SDKs take --------------------------------------------------------------------------------------


def exhausted(value: object) -> object:
    """A value with its lazily validated iterables gone through."""
    if isinstance(value, dict):
        return {name: exhausted(inner) for name, inner in value.items()}
    if value is None or isinstance(value, str | bytes | float | int):
        return value
    assert hasattr(value, "__iter__")
    return [exhausted(inner) for inner in value]


def typed(params: object, *untyped: str) -> Callable[[Request], None]:
    """A check against a TypedDict of an SDK. `untyped`: what the SDK sends only through its `extra_body`."""
    adapter = TypeAdapter(list[params], config=ConfigDict(extra="forbid"))  # type: ignore[valid-type]  # a class at run time

    def check(request: Request) -> None:
        known = {name: value for name, value in request.items() if name not in untyped}
        assert exhausted(adapter.validate_python([known])) == [known]

    return check


def fits_converse(request: Request) -> None:
    """A check against AWS's description of Converse."""
    shape = get_session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape
    assert shape is not None
    assert not ParamValidator().validate(dict(request), shape).has_errors()


def fits_ollama(request: Request) -> None:
    """A check against the SDK's model of a request, and of its options."""
    assert request.keys() <= ChatRequest.model_fields.keys()
    ChatRequest.model_validate(request)
    options = request.get("options", {})
    assert ollama.Options.model_validate(options).model_dump(exclude_none=True) == options


@dataclass(frozen=True)
class Api:
    """One API: how a request is written for it, and where each setting is to be found."""

    formatter: PromptFormatter[Request]
    accepted: frozenset[str]
    check: Callable[[Request], None]
    model: str
    written: Mapping[str, Request]
    """Setting -> what a request for it must have."""
    asked: Mapping[str, Settings] = field(default_factory=lambda: ASKED)

    def format(self, settings: Settings, messages: Sequence[BaseMessage] = PROMPT) -> Request:
        """A request, checked against the SDK's types; what the API does not have is refused before, as in a call."""
        refuse_others("it", self.model, settings, self.accepted)
        request = self.formatter.format(self.model, messages, settings)
        self.check(request)
        return request


TIER: Final = {"service_tier": Settings(service_tier="flex")}
FUNCTION_TOOL: Final = {"type": "function", "function": FUNCTION}
JSON_SCHEMA: Final = {"name": "Answer", "schema": SCHEMA, "strict": True}
CHAT: Final[Mapping[str, Request]] = {
    "temperature": {"temperature": 0.5},
    "top_p": {"top_p": 0.5},
    "stop": {"stop": ["END"]},
    "seed": {"seed": 1},
    "reasoning": {"reasoning_effort": "low"},
    "presence_penalty": {"presence_penalty": 0.5},
    "frequency_penalty": {"frequency_penalty": -0.5},
    "parallel_tool_calls": {"parallel_tool_calls": False},
    "service_tier": {"service_tier": "auto"},
    "user": {"user": "u1"},
    "tools": {"tools": [FUNCTION_TOOL]},
    "tool_choice": {"tool_choice": "auto"},
    "response_schema": {"response_format": {"type": "json_schema", "json_schema": JSON_SCHEMA}},
}
"""What OpenAI's chat completions and Groq have in common."""

APIS: Final[Mapping[str, Api]] = {
    "openai responses": Api(
        openai_responses.OpenAIResponsesFormatter(),
        openai_responses.SETTINGS,
        typed(ResponseCreateParamsNonStreaming),
        "gpt-5.5",
        {
            "temperature": {"temperature": 0.5},
            "max_tokens": {"max_output_tokens": 5},
            "top_p": {"top_p": 0.5},
            "reasoning": {"reasoning": {"effort": "low"}},
            "show_reasoning": {"reasoning": {"summary": "auto"}},
            "parallel_tool_calls": {"parallel_tool_calls": False},
            "logprobs": {"top_logprobs": 2, "include": ["message.output_text.logprobs"]},
            "service_tier": {"service_tier": "auto"},
            "user": {"safety_identifier": "u1"},
            "request_metadata": {"metadata": {"team": "search"}},
            "verbosity": {"text": {"verbosity": "low"}},
            "tools": {"tools": [{"type": "function", **FUNCTION, "strict": False}]},
            "tool_choice": {"tool_choice": "auto"},
            "response_schema": {"text": {"format": {"type": "json_schema", **JSON_SCHEMA}}},
        },
    ),
    "openai chat": Api(
        openai_chat.OpenAIChatFormatter(),
        openai_chat.SETTINGS,
        typed(ChatParams),
        "gpt-4.1",
        {
            **CHAT,
            "max_tokens": {"max_tokens": 5},
            "logprobs": {"logprobs": True, "top_logprobs": 2},
            "request_metadata": {"metadata": {"team": "search"}},
            "verbosity": {"verbosity": "low"},
        },
    ),
    "groq": Api(
        groq.GroqFormatter(),
        groq.SETTINGS,
        typed(CompletionCreateParams),
        "openai/gpt-oss-20b",
        {**CHAT, "max_tokens": {"max_completion_tokens": 5}, "show_reasoning": {"include_reasoning": True}},
    ),
    "anthropic": Api(
        anthropic.AnthropicFormatter(),
        anthropic.SETTINGS,
        typed(MessageCreateParamsNonStreaming, "temperature", "top_p", "top_k"),
        "claude-sonnet-5",
        {
            "temperature": {"temperature": 0.5},
            "max_tokens": {"max_tokens": 5},
            "top_p": {"top_p": 0.5},
            "top_k": {"top_k": 3},
            "stop": {"stop_sequences": ["END"]},
            "reasoning": {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
            "show_reasoning": {"thinking": {"type": "adaptive", "display": "summarized"}},
            "parallel_tool_calls": {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
            "service_tier": {"service_tier": "auto"},
            "user": {"metadata": {"user_id": "u1"}},
            "tools": {"tools": [{"name": "sky", "description": FUNCTION["description"], "input_schema": SCHEMA}]},
            "tool_choice": {"tool_choice": {"type": "auto"}},
            "response_schema": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        },
    ),
    "ollama": Api(
        ollama_formatter.OllamaFormatter(),
        ollama_formatter.SETTINGS,
        fits_ollama,
        "llama3.1",
        {
            "temperature": {"options": {"temperature": 0.5}},
            "max_tokens": {"options": {"num_predict": 5}},
            "top_p": {"options": {"top_p": 0.5}},
            "top_k": {"options": {"top_k": 3}},
            "stop": {"options": {"stop": ["END"]}},
            "seed": {"options": {"seed": 1}},
            "presence_penalty": {"options": {"presence_penalty": 0.5}},
            "frequency_penalty": {"options": {"frequency_penalty": -0.5}},
            "logprobs": {"logprobs": True, "top_logprobs": 2},
            "reasoning": {"think": "low"},
            "tools": {"tools": [FUNCTION_TOOL]},
            "tool_choice": {"tools": [FUNCTION_TOOL]},
            "response_schema": {"format": SCHEMA},
        },
    ),
    "bedrock": Api(
        bedrock.BedrockFormatter(),
        bedrock.SETTINGS,
        fits_converse,
        "us.anthropic.claude-opus-4-6-v1",
        {
            "temperature": {"inferenceConfig": {"temperature": 0.5}},
            "max_tokens": {"inferenceConfig": {"maxTokens": 5}},
            "top_p": {"inferenceConfig": {"topP": 0.5}},
            "top_k": {"additionalModelRequestFields": {"top_k": 3}},
            "stop": {"inferenceConfig": {"stopSequences": ["END"]}},
            "reasoning": {
                "additionalModelRequestFields": {
                    "thinking": {"type": "adaptive"},
                    "output_config": {"effort": "low"},
                }
            },
            "show_reasoning": {
                "additionalModelRequestFields": {"thinking": {"type": "adaptive", "display": "summarized"}}
            },
            "service_tier": {"serviceTier": {"type": "flex"}},
            "request_metadata": {"requestMetadata": {"team": "search"}},
            "tools": {
                "toolConfig": {
                    "tools": [
                        {
                            "toolSpec": {
                                "name": "sky",
                                "description": FUNCTION["description"],
                                "inputSchema": {"json": SCHEMA},
                            }
                        }
                    ]
                }
            },
            "tool_choice": {
                "toolConfig": {
                    "tools": [
                        {
                            "toolSpec": {
                                "name": "sky",
                                "description": FUNCTION["description"],
                                "inputSchema": {"json": SCHEMA},
                            }
                        }
                    ],
                    "toolChoice": {"auto": {}},
                }
            },
            "response_schema": {
                "outputConfig": {
                    "textFormat": {
                        "type": "json_schema",
                        "structure": {
                            "jsonSchema": {
                                "schema": to_json(SCHEMA).decode(),
                                "name": "Answer",
                            }
                        },
                    }
                }
            },
        },
        asked={**ASKED, **TIER},
    ),
}
EVERY_API: Final = pytest.mark.parametrize("api", APIS.values(), ids=APIS.keys())


def test_every_setting_is_asked_for() -> None:
    """The table of this file has every setting that a formatter can be given."""
    assert ASKED.keys() == {each.name for each in fields(Settings)} - {"timeout", "extra", "foreign"}


@EVERY_API
def test_an_api_declares_what_it_writes(api: Api) -> None:
    """`SETTINGS` names the settings of the table, and no others."""
    assert api.accepted == api.written.keys()


@EVERY_API
@pytest.mark.parametrize("name", ASKED)
def test_a_setting_is_written_or_refused(api: Api, name: str) -> None:
    """An accepted setting has its place in the request, of the SDK's type; any other one names itself in an error."""
    settings = api.asked[name]
    if name in api.accepted:
        request = api.format(settings)
        assert {key: request.get(key) for key in api.written[name]} == api.written[name]
        return
    with pytest.raises(UnsupportedParameterError, match=f"takes no {name}; leave it out"):
        api.format(settings)


@EVERY_API
def test_all_accepted_settings_go_together(api: Api) -> None:
    """A request with every setting at once has what each one alone would add."""
    # A schema beside tools is a combination of its own, and Claude counts a display among its thinking.
    names = api.accepted - {"response_schema", "show_reasoning"}
    chosen = {name: getattr(api.asked[name], name) for name in names}
    request = api.format(Settings(**chosen))
    assert request.keys() >= {key for name in names for key in api.written[name]}


@EVERY_API
def test_what_the_engine_handles_is_not_refused(api: Api) -> None:
    """`timeout`, `extra` and `foreign` are no business of a formatter."""
    assert api.format(Settings(timeout=3, extra={"x": 1}, foreign="drop")) == api.format(Settings())


@EVERY_API
def test_a_formatter_can_go_to_another_process(api: Api) -> None:
    """Formatters are pickled with the facades that have them."""
    copied = pickle.loads(pickle.dumps(api.formatter))
    assert copied.format(api.model, PROMPT, Settings(max_tokens=3)) == api.format(Settings(max_tokens=3))


# -- service tiers ---------------------------------------------------------------------------------------------


def choices(hint: object) -> set[str]:
    """The strings of a Literal, also of an optional one."""
    return {word for part in (hint, *get_args(hint)) for word in get_args(part) if isinstance(word, str)}


TIERS: Final[Mapping[str, set[str]]] = {
    "openai responses": choices(ServiceTier),
    "openai chat": choices(get_type_hints(ChatParams)["service_tier"]),
    "groq": choices(get_type_hints(CompletionCreateParams)["service_tier"]),
    "anthropic": choices(get_type_hints(MessageCreateParamsNonStreaming)["service_tier"]),
    "bedrock": choices(ServiceTierTypeType),
}


@pytest.mark.parametrize("name", TIERS)
def test_a_service_tier_is_one_of_the_sdk_s(name: str) -> None:
    """Each word that the SDK has is accepted; any other one is refused with all that there are."""
    assert TIERS[name]
    for tier in TIERS[name]:
        assert tier in str(APIS[name].format(Settings(service_tier=tier)))
    with pytest.raises(UnsupportedParameterError, match="takes no service_tier='standard'") as caught:
        APIS[name].format(Settings(service_tier="standard"))
    assert all(repr(tier) in str(caught.value) for tier in TIERS[name])


def test_the_tables_of_openai_s_tiers_have_no_others() -> None:
    """No word is in a table that the SDK does not have."""
    assert ({*CHAT_TIERS}, {*RESPONSES_TIERS}) == (TIERS["openai chat"], TIERS["openai responses"])


# -- parallel calls --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["openai chat", "groq", "anthropic"])
def test_parallel_calls_are_not_mentioned_without_tools(name: str) -> None:
    """These APIs reject the switch in a request that offers no tools, where it means nothing."""
    assert APIS[name].format(Settings(parallel_tool_calls=False)) == APIS[name].format(Settings())


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        (None, {"type": "auto", "disable_parallel_tool_use": True}),
        ("auto", {"type": "auto", "disable_parallel_tool_use": True}),
        ("required", {"type": "any", "disable_parallel_tool_use": True}),
        (NamedTool("sky"), {"type": "tool", "name": "sky", "disable_parallel_tool_use": True}),
        ("none", {"type": "none"}),
    ],
)
def test_anthropic_has_parallel_calls_in_the_tool_choice(choice: object, written: Request) -> None:
    """Whatever the choice is, the switch rides with it, but for a choice that allows no call."""
    settings = replace(ASKED["parallel_tool_calls"], tool_choice=choice)  # type: ignore[arg-type]  # the five choices
    assert APIS["anthropic"].format(settings)["tool_choice"] == written
    parallel = APIS["anthropic"].format(replace(settings, parallel_tool_calls=True))["tool_choice"]
    allowed = {"disable_parallel_tool_use": False} if "disable_parallel_tool_use" in written else {}
    assert parallel == {**written, **allowed}


# -- reasoning as text -------------------------------------------------------------------------------------------

SHOWN: Final = Settings(show_reasoning=True)
HIDDEN: Final = Settings(show_reasoning=False)


@pytest.mark.parametrize(
    ("name", "model", "settings", "written"),
    [
        ("openai responses", "gpt-5.5", HIDDEN, {"reasoning": None}),
        (
            "openai responses",
            "gpt-5.5",
            replace(SHOWN, reasoning="high"),
            {"reasoning": {"effort": "high", "summary": "auto"}},
        ),
        ("openai responses", "gpt-5.5", replace(SHOWN, reasoning="none"), {"reasoning": {"effort": "none"}}),
        ("groq", "openai/gpt-oss-20b", HIDDEN, {"include_reasoning": False, "reasoning_format": None}),
        ("groq", "qwen/qwen3-32b", SHOWN, {"reasoning_format": "parsed", "include_reasoning": None}),
        ("groq", "qwen/qwen3-32b", HIDDEN, {"reasoning_format": "hidden", "include_reasoning": None}),
        ("groq", "qwen/qwen3-32b", replace(SHOWN, reasoning="none"), {"reasoning_format": None}),
        ("anthropic", "claude-sonnet-5", HIDDEN, {"thinking": {"type": "adaptive", "display": "omitted"}}),
        ("anthropic", "claude-sonnet-5", replace(SHOWN, reasoning="none"), {"thinking": {"type": "disabled"}}),
        ("anthropic", "claude-opus-4-6", HIDDEN, {"thinking": None}),
        ("anthropic", "claude-opus-4-6", SHOWN, {"thinking": {"type": "adaptive", "display": "summarized"}}),
        ("anthropic", "claude-haiku-4-5", HIDDEN, {"thinking": None}),
        (
            "anthropic",
            "claude-haiku-4-5",
            replace(HIDDEN, reasoning="low"),
            {"thinking": {"type": "enabled", "budget_tokens": 2048, "display": "omitted"}},
        ),
        (
            "bedrock",
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            replace(SHOWN, reasoning="low"),
            {
                "additionalModelRequestFields": {
                    "thinking": {"type": "enabled", "budget_tokens": 2048, "display": "summarized"}
                }
            },
        ),
        ("bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", HIDDEN, {"additionalModelRequestFields": None}),
    ],
)
def test_reasoning_is_shown_in_the_provider_s_way(name: str, model: str, settings: Settings, written: Request) -> None:
    """Each way to ask for reasoning as text, beside an effort or without one, and nothing where it is off."""
    request = replace(APIS[name], model=model).format(settings)
    assert {key: request.get(key) for key in written} == written


@pytest.mark.parametrize(
    ("name", "model", "problem"),
    [
        ("anthropic", "claude-haiku-4-5", "pass reasoning= too"),
        ("bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", "pass reasoning= too"),
        ("bedrock", "us.amazon.nova-2-lite-v1:0", "not known how .* to show its reasoning"),
    ],
)
def test_reasoning_that_can_t_be_shown_is_refused(name: str, model: str, problem: str) -> None:
    """A model that reasons only where it is asked to, or that can't be asked to show it, says what to do."""
    with pytest.raises(UnsupportedParameterError, match=problem):
        replace(APIS[name], model=model).format(SHOWN)


# -- Bedrock's models --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "written"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", {"top_k": 3}),
        ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", {"top_k": 3}),
        ("amazon.nova-lite-v1:0", {"inferenceConfig": {"topK": 3}}),
        ("meta.llama3-8b-instruct-v1:0", None),
        ("us.amazon.nova-2-lite-v1:0", None),
    ],
)
def test_top_k_on_bedrock_depends_on_the_family(model: str, written: Request | None) -> None:
    """Claude and Nova take it in fields of their own; for other models no way is documented."""
    api = replace(APIS["bedrock"], model=model)
    if written is not None:
        assert api.format(Settings(top_k=3))["additionalModelRequestFields"] == written
        return
    with pytest.raises(UnsupportedParameterError, match=r"not known how .* top_k"):
        api.format(Settings(top_k=3))


def test_top_k_and_reasoning_share_the_additional_fields() -> None:
    """Neither drops the other."""
    fields_ = APIS["bedrock"].format(Settings(top_k=3, reasoning="low"))["additionalModelRequestFields"]
    assert isinstance(fields_, dict)
    assert fields_.keys() == {"top_k", "thinking", "output_config"}


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        (Settings(reasoning="low"), 64000),
        (Settings(reasoning="low", max_tokens=4096), 4096),
        (Settings(reasoning="none"), None),
        (Settings(), None),
    ],
)
def test_a_thinking_budget_on_bedrock_has_a_limit_above_it(settings: Settings, limit: int | None) -> None:
    """A budget is part of the output limit, so that a request with one always says its limit."""
    api = replace(APIS["bedrock"], model="anthropic.claude-haiku-4-5-20251001-v1:0")
    assert api.format(settings).get("inferenceConfig") == (None if limit is None else {"maxTokens": limit})


@pytest.mark.parametrize("effort", ["low", "medium", "high"])
def test_the_limit_is_above_the_budget_for_every_model(effort: str) -> None:
    """Also where the catalogue's own limit of the model is below it."""
    request = replace(APIS["bedrock"], model="us.anthropic.claude-3-7-sonnet-20250219-v1:0").format(
        Settings(reasoning=effort)  # type: ignore[arg-type]  # three of the efforts
    )
    thinking = request["additionalModelRequestFields"]
    config = request["inferenceConfig"]
    assert isinstance(thinking, dict)
    assert isinstance(config, dict)
    assert config["maxTokens"] > thinking["thinking"]["budget_tokens"]


# -- Anthropic's limit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "settings", "limit"),
    [
        ("claude-haiku-4-5", Settings(), 64000),
        ("claude-sonnet-5", Settings(), 128000),
        ("claude-fable-5-2", Settings(), 8192),  # its limit is not known
        ("claude-unlisted", Settings(), 8192),
        ("claude-haiku-4-5", Settings(max_tokens=7), 7),
    ],
)
def test_claude_s_output_limit_is_the_model_s_own(model: str, settings: Settings, limit: int) -> None:
    """Anthropic insists on a limit: without one the model's own is sent, or 8192 if that is not known."""
    assert replace(APIS["anthropic"], model=model).format(settings)["max_tokens"] == limit


# -- Groq ----------------------------------------------------------------------------------------------------------


def test_groq_takes_no_schema_beside_tools() -> None:
    """Groq rejects the two together, so that they are refused before anything is sent."""
    with pytest.raises(UnsupportedParameterError, match="no response schema beside tools; leave one of them out"):
        APIS["groq"].format(replace(ASKED["response_schema"], tools=(TOOL,)))
    assert APIS["openai chat"].format(replace(ASKED["response_schema"], tools=(TOOL,)))["tools"]
