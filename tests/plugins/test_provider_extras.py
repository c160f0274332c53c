"""The extras of the six APIs: what their types and the run-time check accept, and how they join real requests."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from god_llm import (
    InvalidSettingError,
    NamedTool,
    Settings,
    Tool,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.domain.extra import CustomExtra, ExtraRules, merge_extra
from god_llm.domain.extra_check import check_extra
from god_llm.domain.messages import SystemMessage
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.accepted import refuse_others
from god_llm.plugins.anthropic.extra import EXTRA_RULES as ANTHROPIC
from god_llm.plugins.anthropic.extra import AnthropicExtra
from god_llm.plugins.anthropic.formatter import AnthropicFormatter
from god_llm.plugins.bedrock.extra import EXTRA_RULES as BEDROCK
from god_llm.plugins.bedrock.extra import BedrockExtra
from god_llm.plugins.bedrock.formatter import BedrockFormatter
from god_llm.plugins.groq.extra import EXTRA_RULES as GROQ
from god_llm.plugins.groq.extra import GroqExtra
from god_llm.plugins.groq.formatter import GroqFormatter
from god_llm.plugins.ollama.extra import EXTRA_RULES as OLLAMA
from god_llm.plugins.ollama.extra import OllamaExtra
from god_llm.plugins.ollama.formatter import OllamaFormatter
from god_llm.plugins.openai.chat_completions.extra import EXTRA_RULES as CHAT
from god_llm.plugins.openai.chat_completions.extra import OpenAIChatExtra
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter
from god_llm.plugins.openai.responses.extra import EXTRA_RULES as RESPONSES
from god_llm.plugins.openai.responses.extra import OpenAIResponsesExtra
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter
from god_llm.protocols import PromptFormatter

RULES: Final = [ANTHROPIC, BEDROCK, GROQ, OLLAMA, CHAT, RESPONSES]
every_api = pytest.mark.parametrize("rules", RULES, ids=[rules.declared.__name__ for rules in RULES])

FORMATTERS: Final[Mapping[type, tuple[PromptFormatter[JsonObject], str]]] = {
    AnthropicExtra: (AnthropicFormatter(), "claude-sonnet-4-5"),
    BedrockExtra: (BedrockFormatter(), "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    GroqExtra: (GroqFormatter(), "openai/gpt-oss-20b"),
    OllamaExtra: (OllamaFormatter(), "gpt-oss:20b"),
    OpenAIChatExtra: (OpenAIChatFormatter(), "gpt-5.5"),
    OpenAIResponsesExtra: (OpenAIResponsesFormatter(), "gpt-5.5"),
}

ADD: Final = Tool("add", "Add two numbers.", {"type": "object", "properties": {}})

CHOSEN: Final = {
    "temperature": 0.5,
    "max_tokens": 9999,
    "top_p": 0.5,
    "stop": ("END",),
    "seed": 5,
    "reasoning": "low",
    "top_k": 5,
    "presence_penalty": 0.5,
    "frequency_penalty": 0.5,
    "parallel_tool_calls": False,
    "logprobs": 2,
    "service_tier": "flex",
    "user": "someone",
    "request_metadata": {"team": "search"},
    "verbosity": "low",
    "show_reasoning": True,
    "tool_choice": NamedTool("add"),
    "response_schema": ResponseSchema("answer", {"type": "object", "properties": {}}),
}
"""A value for each setting."""


def request(rules: ExtraRules, *messages: UserMessage | SystemMessage, **chosen: object) -> JsonObject:
    """What the API's formatter writes."""
    formatter, model = FORMATTERS[rules.declared]
    settings = Settings(**chosen)  # type: ignore[arg-type]  # the values are those of CHOSEN, or literals
    refuse_others(rules.provider, model, settings, vars(sys.modules[type(formatter).__module__])["SETTINGS"])
    return formatter.format(model, messages or [UserMessage(content="Hello")], settings)


# -- types and the run-time check -------------------------------------------------------------------------------

ACCEPTED: Final[list[tuple[ExtraRules, JsonObject]]] = [
    (
        ANTHROPIC,
        AnthropicExtra(
            betas=["context-management-2025-06-27", "newer-than-the-sdk"],
            cache_control={"type": "ephemeral", "ttl": "1h"},
            container={"skills": [{"type": "anthropic", "skill_id": "pptx"}]},
            context_management={"edits": [{"type": "clear_tool_uses_20250919"}]},
            fallbacks="default",
            inference_geo="us",
            mcp_servers=[{"type": "url", "name": "docs", "url": "https://example.com/mcp"}],
            output_config={"task_budget": {"type": "tokens", "total": 20_000}},
            system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
            thinking={"type": "enabled", "budget_tokens": 2048},
            tool_choice={"type": "tool", "name": "web_search"},
            tools=[{"type": "web_search_20250305", "name": "web_search", "max_uses": 2}],
        ),
    ),
    (ANTHROPIC, AnthropicExtra(container="container_1", system="Be brief.", fallback_credit_token="t")),
    (
        BEDROCK,
        BedrockExtra(
            additionalModelRequestFields={"anthropic_beta": ["context-1m-2025-08-07"]},
            additionalModelResponseFieldPaths=["/stop_sequence"],
            guardrailConfig={"guardrailIdentifier": "g", "guardrailVersion": "1", "streamProcessingMode": "async"},
            performanceConfig={"latency": "optimized"},
            promptVariables={"topic": {"text": "tea"}},
            system=[{"cachePoint": {"type": "default"}}],
            toolConfig={"tools": [{"cachePoint": {"type": "default"}}]},
        ),
    ),
    (
        GROQ,
        GroqExtra(
            compound_custom={"tools": {"enabled_tools": ["web_search"]}},
            documents=[{"source": {"type": "text", "text": "Tea is green."}}],
            reasoning_format="parsed",
            response_format={"type": "json_object"},
            search_settings={"country": "germany"},
        ),
    ),
    (OLLAMA, OllamaExtra(format="json", keep_alive="10m", options={"num_ctx": 32_768, "min_p": 0.05})),
    (OLLAMA, OllamaExtra(keep_alive=-1, format={"type": "object"})),
    (
        CHAT,
        OpenAIChatExtra(
            audio={"voice": "alloy", "format": "mp3"},
            logit_bias={"50256": -100},
            modalities=["text", "audio"],
            n=2,
            prediction={"type": "content", "content": "x = 1"},
            response_format={"type": "json_object"},
            store=None,
            tools=[{"type": "custom", "custom": {"name": "shell"}}],
        ),
    ),
    (
        RESPONSES,
        OpenAIResponsesExtra(
            context_management=[{"type": "compaction", "compact_threshold": 100_000}],
            conversation="conv_1",
            include=["reasoning.encrypted_content"],
            prompt_cache_key="tenant-7",
            reasoning={"summary": "detailed"},
            store=False,
            text={"format": {"type": "json_object"}},
            tool_choice={"type": "web_search_preview"},
            tools=[{"type": "web_search"}],
            truncation="auto",
        ),
    ),
]


@pytest.mark.parametrize(("rules", "extra"), ACCEPTED)
def test_what_the_types_accept_passes_the_check_and_joins_the_request(rules: ExtraRules, extra: JsonObject) -> None:
    """An extra that a type checker accepts is sent as it is, beside all that the formatter wrote."""
    check_extra(extra, rules)
    written = request(rules)
    assert merge_extra(written, extra, rules) == {**written, **extra}


MISTAKES: Final[list[tuple[ExtraRules, JsonObject, type[Exception]]]] = [
    (ANTHROPIC, AnthropicExtra(beta=["x"]), UnsupportedParameterError),  # type: ignore[typeddict-unknown-key]  # the mistake
    (ANTHROPIC, AnthropicExtra(speed="faster"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (ANTHROPIC, AnthropicExtra(betas="context-1m-2025-08-07"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (BEDROCK, BedrockExtra(guardrailConfig="g"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (BEDROCK, BedrockExtra(guardrail={}), UnsupportedParameterError),  # type: ignore[typeddict-unknown-key]  # the mistake
    (GROQ, GroqExtra(disable_tool_validation="no"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (OLLAMA, OllamaExtra(options={"num_ctxt": 5}), UnsupportedParameterError),  # type: ignore[typeddict-unknown-key]  # the mistake
    (OLLAMA, OllamaExtra(options={"num_ctx": "5"}), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (CHAT, OpenAIChatExtra(n="2"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (CHAT, OpenAIChatExtra(modalities=["speech"]), InvalidSettingError),  # type: ignore[list-item]  # the mistake
    (RESPONSES, OpenAIResponsesExtra(stor=False), UnsupportedParameterError),  # type: ignore[typeddict-unknown-key]  # the mistake
    (RESPONSES, OpenAIResponsesExtra(store="no"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
    (RESPONSES, OpenAIResponsesExtra(truncation="on"), InvalidSettingError),  # type: ignore[typeddict-item]  # the mistake
]
"""Extras with a mistake that mypy reports: a `type: ignore` that it does not need is an error of its own."""


@pytest.mark.parametrize(("rules", "extra", "error"), MISTAKES)
def test_a_mistake_that_a_type_checker_sees_is_refused_at_run_time(
    rules: ExtraRules, extra: JsonObject, error: type[Exception]
) -> None:
    """Code that no type checker reads, and a value from the environment, gets the error before anything is sent."""
    with pytest.raises(error):
        check_extra(extra, rules)


def test_the_sdks_nested_types_are_checked_by_the_type_checker() -> None:
    """A misspelt tool or a wrong word inside an object of the SDK's is a mypy error; at run time the server sees it."""
    OpenAIResponsesExtra(tools=[{"type": "web_serch"}])  # type: ignore[misc, list-item]  # the mistake
    OpenAIResponsesExtra(include=["reasoning"])  # type: ignore[list-item]  # the mistake
    AnthropicExtra(cache_control={"type": "ephemeral", "ttl": "2h"})  # type: ignore[typeddict-item]  # the mistake
    BedrockExtra(performanceConfig={"latency": "fast"})  # type: ignore[typeddict-item]  # the mistake
    GroqExtra(search_settings={"contry": "germany"})  # type: ignore[typeddict-item]  # the mistake


@every_api
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(data=st.data())
def test_whatever_fits_the_annotations_passes_the_check(rules: ExtraRules, data: st.DataObject) -> None:
    """The check asks for no more than the declared types, for each parameter of each API."""
    extra = data.draw(st.from_type(rules.declared))
    assume("ChainMap" not in repr(extra))  # a Mapping, and no JSON
    assert isinstance(extra, dict)
    check_extra(extra, rules)


@every_api
def test_each_parameter_is_described(rules: ExtraRules) -> None:
    """A line below each parameter says what it does, for editors and for readers of the source."""
    source = inspect.getsource(rules.declared).splitlines()
    names = [
        number for number, line in enumerate(source) if line.startswith("    ") and ": " in line and '"""' not in line
    ]
    assert len(names) == len(rules.declared.__annotations__)
    assert all(source[number + 1].strip().startswith('"""') for number in names)


# -- settings ---------------------------------------------------------------------------------------------------


@every_api
def test_the_wire_name_of_a_setting_is_refused_by_the_settings_name(rules: ExtraRules) -> None:
    """`extra={"max_output_tokens": 5}` is an error that says to pass `max_tokens=`."""
    for path in rules.setting_of.keys() - rules.shared:
        with pytest.raises(UnsupportedParameterError) as caught:
            check_extra(nested(path, 5), rules)
        keyword = rules.keyword(path)
        assert keyword is not None
        assert f"pass {keyword} in place of an extra" in str(caught.value)


@every_api
def test_a_parameter_of_every_request_is_no_extra(rules: ExtraRules) -> None:
    """Model, conversation and streaming are not set by an extra, custom or not."""
    for name in rules.reserved:
        for extra in ({name: "x"}, CustomExtra({name: "x"})):
            with pytest.raises(UnsupportedParameterError, match=f"'{name}' can't be an extra"):
                check_extra(extra, rules)


@every_api
@pytest.mark.parametrize("name", CHOSEN)
def test_no_extra_overrides_a_setting(rules: ExtraRules, name: str) -> None:
    """Whatever a setting writes, an extra that writes it too is an error that names a setting to change."""
    body, written = written_by(rules, name)
    for path in written - rules.appended:
        assert rules.keyword(path) is not None, f"{path} is written by {name}: add it to SETTING_OF"
        with pytest.raises(UnsupportedParameterError) as caught:
            merge_extra(body, CustomExtra(nested(path, "x")), rules)
        assert f"{path!r}, which the request already has: set it by {rules.keyword(path)} alone" in str(caught.value)


@every_api
@pytest.mark.parametrize("name", CHOSEN)
def test_a_parameter_is_attributed_to_the_setting_that_writes_it(rules: ExtraRules, name: str) -> None:
    """`SETTING_OF` says what the API's formatter does: of what a setting writes, something is named as its own."""
    _, written = written_by(rules, name)
    named = {rules.setting_of.get(each) for path in written for each in upwards(path)}
    assert name in named or not written


def written_by(rules: ExtraRules, name: str) -> tuple[JsonObject, set[str]]:
    """A request with a setting, and the paths that it wrote; none for a setting that the API does not have."""
    tools = {"tools": (ADD,)}
    plain = dict(leaves(request(rules, **tools)))
    try:
        body = request(rules, **tools, **{name: CHOSEN[name]})
    except UnsupportedParameterError:
        return {}, set()
    return body, {path for path, value in leaves(body) if plain.get(path) != value}


def upwards(path: str) -> Iterator[str]:
    """A path and those of the objects around it."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def nested(path: str, value: object) -> dict[str, object]:
    """An object with a value at a path."""
    head, _, rest = path.partition(".")
    return {head: nested(rest, value) if rest else value}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The path and value of everything in a request that is not an object."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, inner in value.items():
        yield from leaves(inner, f"{path}.{key}" if path else key)


# -- merged into real requests ----------------------------------------------------------------------------------


def test_provider_run_tools_join_the_applications_own() -> None:
    """The tools of `with_tools` come first, then those of the extra."""
    written = request(RESPONSES, tools=(ADD,))
    merged = merge_extra(written, OpenAIResponsesExtra(tools=[{"type": "web_search"}]), RESPONSES)
    tools = merged["tools"]
    assert isinstance(tools, list)
    assert [tool["type"] for tool in tools] == ["function", "web_search"]
    assert len(written["tools"]) == 1  # type: ignore[arg-type]  # a list, as asserted above of its copy


def test_bedrocks_system_and_tools_take_a_cache_point() -> None:
    """A cache point goes after the system messages and after the tools."""
    written = request(BEDROCK, SystemMessage(content="Be brief."), UserMessage(content="Hello"), tools=(ADD,))
    point = {"cachePoint": {"type": "default"}}
    extra = BedrockExtra(
        system=[{"cachePoint": {"type": "default"}}], toolConfig={"tools": [{"cachePoint": {"type": "default"}}]}
    )
    merged = merge_extra(written, extra, BEDROCK)
    assert merged["system"] == [{"text": "Be brief."}, point]
    assert dict(leaves(merged))["toolConfig.tools"][-1] == point  # type: ignore[index]  # a list


def test_reasoning_takes_further_options() -> None:
    """The setting's effort and the extra's options are one object."""
    merged = merge_extra(request(RESPONSES, reasoning="low"), {"reasoning": {"context": "all_turns"}}, RESPONSES)
    assert dict(leaves(merged))["reasoning.effort"] == "low"
    assert dict(leaves(merged))["reasoning.context"] == "all_turns"
    with pytest.raises(UnsupportedParameterError, match=r"set it by reasoning= alone"):
        merge_extra(request(ANTHROPIC, reasoning="low"), {"thinking": {"type": "disabled"}}, ANTHROPIC)


def test_ollamas_options_join_those_of_the_settings() -> None:
    """Sampling settings and the context size share the object that Ollama calls options."""
    merged = merge_extra(request(OLLAMA, seed=5), OllamaExtra(options={"num_ctx": 8192}), OLLAMA)
    assert merged["options"] == {"seed": 5, "num_ctx": 8192}


def test_anthropics_system_blocks_do_not_replace_system_messages() -> None:
    """System blocks are sent where the conversation has no system message, and refused beside one."""
    extra = AnthropicExtra(system=[{"type": "text", "text": "Be brief."}])
    assert merge_extra(request(ANTHROPIC), extra, ANTHROPIC)["system"] == extra["system"]
    with pytest.raises(UnsupportedParameterError, match=r"'system', .* it comes from the messages"):
        merge_extra(request(ANTHROPIC, SystemMessage(content="Hi"), UserMessage(content="Hello")), extra, ANTHROPIC)


# -- cost -------------------------------------------------------------------------------------------------------


def test_nobody_who_passes_no_extra_pays_for_it() -> None:
    """Importing the facades loads neither the extras nor their check."""
    code = "import sys, god_llm; god_llm.ChatOpenAI; god_llm.ChatGroq; print([m for m in sys.modules if 'extra' in m])"
    assert "god_llm" not in run_python(code)


def run_python(code: str) -> str:
    """What a new interpreter prints."""
    import subprocess
    import sys

    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
