"""`reasoning=`: one word for how much to think, said to each provider in its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from god_llm import (
    BaseLLM,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    GenerationSettings,
    InvalidSettingError,
    ReasoningEffort,
    UnsupportedParameterError,
)
from god_llm.testing.simulator import Simulator

KEY = "key"


def openai(at: Simulator) -> ChatOpenAI:
    """Responses."""
    return ChatOpenAI("gpt-5.5", api_key=KEY, base_url=at.url("openai"))


def openai_chat(at: Simulator) -> ChatOpenAI:
    """Chat completions."""
    return ChatOpenAI("gpt-5.5", api_key=KEY, base_url=at.url("openai"), api="chat_completions")


def claude(at: Simulator) -> ChatAnthropic:
    """A Claude that decides itself how long to think."""
    return ChatAnthropic("claude-sonnet-5", api_key=KEY, base_url=at.url("anthropic"))


def budgeted_claude(at: Simulator) -> ChatAnthropic:
    """A Claude that is given tokens to think with."""
    return ChatAnthropic("claude-haiku-4-5", api_key=KEY, base_url=at.url("anthropic"))


def groq_gpt(at: Simulator) -> ChatGroq:
    """A model with levels."""
    return ChatGroq("openai/gpt-oss-20b", api_key=KEY, base_url=at.url("groq"))


def groq_qwen(at: Simulator) -> ChatGroq:
    """A model that reasons or does not."""
    return ChatGroq("qwen/qwen3.6-27b", api_key=KEY, base_url=at.url("groq"))


def ollama(at: Simulator) -> ChatOllama:
    """Any model: which ones think is not known."""
    return ChatOllama(CustomModel("thinker"), base_url=at.url("ollama"))


def bedrock(model: str) -> Callable[[Simulator], ChatBedrock]:
    """A model of some maker's, behind Converse."""

    def made(at: Simulator) -> ChatBedrock:
        return ChatBedrock(CustomModel(model), api_key=KEY, region="us-east-1", base_url=at.url("bedrock"))

    return made


NOVA, QWEN = bedrock("us.amazon.nova-2-lite-v1:0"), bedrock("qwen.qwen3-32b-v1:0")
GPT_OSS, GPT = bedrock("openai.gpt-oss-20b-1:0"), bedrock("us.openai.gpt-6-sol")
NEW_CLAUDE, OLD_CLAUDE = bedrock("anthropic.claude-sonnet-5"), bedrock("anthropic.claude-haiku-4-5-20251001-v1:0")
EXTRA = "additionalModelRequestFields"


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [
        (openai, "none", {"reasoning": {"effort": "none"}}),
        (openai, "xhigh", {"reasoning": {"effort": "xhigh"}}),
        (openai_chat, "low", {"reasoning_effort": "low"}),
        (claude, "none", {"thinking": {"type": "disabled"}, "output_config": None}),
        (claude, "max", {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}),
        (budgeted_claude, "none", {"thinking": {"type": "disabled"}, "max_tokens": 64000}),
        (budgeted_claude, "low", {"thinking": {"type": "enabled", "budget_tokens": 2048}, "max_tokens": 64000}),
        (groq_gpt, "high", {"reasoning_effort": "high"}),
        (groq_qwen, "default", {"reasoning_effort": "default"}),
        (ollama, "none", {"think": False}),
        (ollama, "default", {"think": True}),
        (ollama, "medium", {"think": "medium"}),
        (NOVA, "none", {EXTRA: {"reasoningConfig": {"type": "disabled"}}}),
        (NOVA, "low", {EXTRA: {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}}),
        (QWEN, "high", {EXTRA: {"reasoning_config": "high"}}),
        (GPT_OSS, "medium", {EXTRA: {"reasoning_effort": "medium"}}),
        (GPT, "none", {EXTRA: {"reasoning": {"effort": "none"}}}),
        (NEW_CLAUDE, "high", {EXTRA: {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}}),
        (NEW_CLAUDE, "none", {EXTRA: {"thinking": {"type": "disabled"}}}),
        (OLD_CLAUDE, "low", {EXTRA: {"thinking": {"type": "enabled", "budget_tokens": 2048}}}),
    ],
)
def test_an_effort_is_said_in_the_providers_words(
    model: Callable[[Simulator], ChatOpenAI | ChatAnthropic | ChatGroq | ChatOllama | ChatBedrock],
    effort: ReasoningEffort,
    sent: Mapping[str, object],
    simulator: Simulator,
) -> None:
    """What was asked for one call arrives through the real SDK as the provider documents it, and an answer comes."""
    assert model(simulator).generate("hi", reasoning=effort).content
    body = simulator.journal[0].body
    assert isinstance(body, dict)
    assert {name: body.get(name) for name in sent} == sent


def test_nothing_is_said_of_reasoning_unless_it_is_asked(simulator: Simulator) -> None:
    """Left out, the request has no word of it, and how much is up to the model."""
    claude(simulator).generate("hi")
    openai(simulator).generate("hi")
    bodies = [received.body for received in simulator.journal]
    assert all(
        isinstance(body, dict) and not {"thinking", "output_config", "reasoning"} & body.keys() for body in bodies
    )


def test_a_schema_and_an_effort_share_a_field(simulator: Simulator) -> None:
    """Anthropic has both in `output_config`: neither drops the other."""
    from pydantic import BaseModel

    class City(BaseModel):
        name: str

    with pytest.raises(Exception, match="does not fit City"):  # the simulator's answer is no City
        claude(simulator).generate_as(City, "hi", reasoning="low")
    body = simulator.journal[0].body
    assert isinstance(body, dict)
    output = body["output_config"]
    assert isinstance(output, dict)
    assert output.keys() == {"format", "effort"}


def test_the_facade_keeps_an_effort_for_all_its_calls(simulator: Simulator) -> None:
    """An effort of the facade holds for each call, with tools too, unless a call has its own."""
    llm = ChatOpenAI("gpt-5.5", api_key=KEY, base_url=simulator.url("openai"), reasoning="high")
    llm.generate("hi")
    llm.with_tools().generate("hi")
    llm.generate("hi", reasoning="none")
    llm.generate("hi", reasoning=None)
    bodies = [received.body for received in simulator.journal]
    assert [isinstance(body, dict) and body.get("reasoning") for body in bodies] == [
        {"effort": "high"},
        {"effort": "high"},
        {"effort": "none"},
        None,
    ]


def test_the_default_temperature_gives_way_to_reasoning(simulator: Simulator) -> None:
    """A temperature that nobody chose is left out of the calls in which the model reasons, and of no other."""
    llm = budgeted_claude(simulator)
    llm.generate("hi")
    llm.generate("hi", reasoning="low")
    llm.generate("hi", reasoning="none")
    bodies = [received.body for received in simulator.journal]
    assert [isinstance(body, dict) and body.get("temperature") for body in bodies] == [0.7, None, 0.7]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"reasoning": "low", "temperature": 0.5}, "takes no temperature while it reasons"),
        ({"reasoning": "low", "top_p": 0.5}, "takes no top_p while it reasons"),
        ({"reasoning": "low", "max_tokens": 2048}, "max_tokens must be above that, not 2048"),
        ({"reasoning": "max"}, "takes no reasoning='max': it takes 'none', 'low', 'medium', 'high'"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_refused(settings: GenerationSettings, problem: str, simulator: Simulator) -> None:
    """The error says what to change, and nothing is sent."""
    with pytest.raises(UnsupportedParameterError, match=problem):
        budgeted_claude(simulator).generate("hi", **settings)
    assert simulator.journal == ()


@pytest.mark.parametrize(
    ("llm", "effort", "problem"),
    [
        (
            lambda at: ChatOllama(CustomModel("x"), base_url=at.url("ollama")),
            "max",
            "ollama can't be asked for .*'max'",
        ),
        (lambda at: ChatOpenAI(CustomModel("x"), api_key=KEY, base_url=at.url("openai")), "default", "openai can't"),
        (lambda at: ChatAnthropic(CustomModel("x"), api_key=KEY, base_url=at.url("anthropic")), "minimal", "can't be"),
        (bedrock("arn:aws:bedrock:us-east-1:1:inference-profile/x"), "low", "not known how .*leave reasoning out"),
    ],
)
def test_of_an_unlisted_model_only_the_providers_words_are_known(
    llm: Callable[[Simulator], ChatOllama | ChatOpenAI | ChatAnthropic | ChatBedrock],
    effort: ReasoningEffort,
    problem: str,
    simulator: Simulator,
) -> None:
    """A `CustomModel` may be asked for what its provider has a word for; the rest is refused, nothing is dropped."""
    with pytest.raises(UnsupportedParameterError, match=problem):
        llm(simulator).generate("hi", reasoning=effort)
    assert simulator.journal == ()


@pytest.mark.parametrize("wrong", ["huge", "", 3, True])
def test_an_effort_that_is_none(wrong: object) -> None:
    """A word that is no effort at all is a setting out of its range."""
    made: Callable[..., BaseLLM] = ChatOpenAI
    with pytest.raises(InvalidSettingError, match="reasoning must be"):
        made("gpt-5.5", api_key=KEY, reasoning=wrong)
