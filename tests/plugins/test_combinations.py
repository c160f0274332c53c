"""What the listed models are known to take together, and what a user hears of the rest, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import pytest
from pydantic import BaseModel

from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOpenAI,
    CustomModel,
    MalformedResponseError,
    NamedTool,
    UnsupportedParameterError,
)
from god_llm.domain.tools import ToolChoice
from god_llm.plugins.registry import provider as built_in
from god_llm.testing import FakeTransport

CONVERSE: Final = {
    "output": {"message": {"role": "assistant", "content": [{"text": "ok"}]}},
    "stopReason": "end_turn",
}
MESSAGES: Final = {"content": [{"type": "text", "text": "ok"}], "stop_reason": "end_turn"}

Facade: TypeAlias = ChatAnthropic | ChatBedrock
Reply: TypeAlias = Mapping[str, object]


class City(BaseModel):
    """An answer with a shape."""

    name: str


def sky() -> str:
    """The colour of the sky."""
    return "blue"


CLAUDES: Final = [
    (ChatAnthropic, MESSAGES, "claude-haiku-4-5"),
    (ChatAnthropic, MESSAGES, "claude-opus-4-6"),
    (ChatBedrock, CONVERSE, "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
    (ChatBedrock, CONVERSE, "anthropic.claude-sonnet-4-6"),
]
EVERY_CLAUDE: Final = pytest.mark.parametrize(("facade", "reply", "model"), CLAUDES)


def sampling(request: Mapping[str, object]) -> set[str]:
    """The sampling parameters that a request of either provider has."""
    inference = request.get("inferenceConfig", {})
    assert isinstance(inference, dict)
    return {*request, *inference} & {"temperature", "top_p", "topP"}


# -- through the facades -----------------------------------------------------------------------------------------


@EVERY_CLAUDE
def test_top_p_alone_is_sent_alone(facade: Callable[..., Facade], reply: Reply, model: str) -> None:
    """Nobody's temperature goes beside a chosen top_p, of the facade or of the call."""
    fake = FakeTransport(reply)
    facade(model, top_p=0.9, transport=fake).generate("hi")
    llm = facade(model, transport=fake)
    llm.generate("hi", top_p=0.9)
    llm.generate("hi")
    assert [sampling(request) & {"temperature"} for request in fake.requests] == [set(), set(), {"temperature"}]
    assert [len(sampling(request)) for request in fake.requests] == [1, 1, 1]


@EVERY_CLAUDE
def test_two_chosen_sampling_parameters_are_refused(facade: Callable[..., Facade], reply: Reply, model: str) -> None:
    """Claude 4.1 and later take a temperature or a top_p: both chosen is an error, and nothing is sent."""
    fake = FakeTransport(reply)
    with pytest.raises(UnsupportedParameterError, match="a temperature or a top_p, not both"):
        facade(model, 0.5, top_p=0.9, transport=fake)
    with pytest.raises(UnsupportedParameterError, match="a temperature or a top_p, not both"):
        facade(model, 0.5, transport=fake).generate("hi", top_p=0.9)
    assert fake.requests == []


@EVERY_CLAUDE
@pytest.mark.parametrize("choice", ["required", NamedTool("sky")], ids=str)
def test_claude_is_not_forced_while_it_thinks(
    facade: Callable[..., Facade], reply: Reply, model: str, choice: ToolChoice
) -> None:
    """A forced tool and an effort are refused together, wherever each of them is said; each alone is sent."""
    fake = FakeTransport(reply)
    with pytest.raises(UnsupportedParameterError, match="can't be made to call a tool while it reasons"):
        facade(model, reasoning="low", transport=fake).with_tools(sky, choice=choice).generate("hi")
    with pytest.raises(UnsupportedParameterError, match="can't be made to call a tool while it reasons"):
        facade(model, transport=fake).with_tools(sky, choice=choice).generate("hi", reasoning="low")
    assert fake.requests == []
    facade(model, transport=fake).with_tools(sky, choice=choice).generate("hi", reasoning="none")
    facade(model, reasoning="low", transport=fake).with_tools(sky, choice="auto").generate("hi")
    assert len(fake.requests) == 2


@pytest.mark.parametrize("model", ["claude-opus-5-5", "claude-fable-5-1"])
def test_some_claudes_are_never_forced(model: str) -> None:
    """They reject a forced tool also without thinking: https://github.com/can1357/oh-my-pi/issues/12939."""
    made: Callable[..., Facade] = ChatAnthropic
    with pytest.raises(UnsupportedParameterError, match="use tool choice 'auto' or 'none'"):
        made(model, transport=FakeTransport(MESSAGES)).with_tools(sky, choice="required").generate("hi")


@pytest.mark.parametrize(
    ("facade", "reply", "model", "native"),
    [
        (ChatBedrock, CONVERSE, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", True),
        (ChatBedrock, CONVERSE, "qwen.qwen3-32b-v1:0", True),
        (ChatBedrock, CONVERSE, CustomModel("arn:aws:bedrock:us-east-1:1:inference-profile/x"), True),
        (ChatBedrock, CONVERSE, "us.anthropic.claude-sonnet-4-20250514-v1:0", False),
        (ChatBedrock, CONVERSE, "us.anthropic.claude-3-7-sonnet-20250219-v1:0", False),
        (ChatBedrock, CONVERSE, "us.anthropic.claude-opus-4-7", False),
        (ChatBedrock, CONVERSE, "us.anthropic.claude-sonnet-5", False),
        (ChatBedrock, CONVERSE, "amazon.nova-lite-v1:0", False),
        (ChatBedrock, CONVERSE, "us.meta.llama3-3-70b-instruct-v1:0", False),
        (ChatAnthropic, MESSAGES, "claude-sonnet-5", True),
        (ChatGroq, {"choices": [{"message": {"content": "ok"}}]}, "openai/gpt-oss-20b", True),
        (ChatGroq, {"choices": [{"message": {"content": "ok"}}]}, "llama-3.3-70b-versatile", False),
    ],
)
@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_a_schema_goes_where_the_api_serves_it(
    facade: Callable[..., Facade], reply: Reply, model: str, native: bool
) -> None:
    """Structured output is a fact of a model on an API: elsewhere it is refused with that reason, in that mode."""
    fake = FakeTransport(reply)
    expected: tuple[type[Exception], str] = (
        (MalformedResponseError, "does not fit")
        if native
        else (UnsupportedParameterError, "no native structured output")
    )
    with pytest.raises(expected[0], match=expected[1]):
        facade(model, transport=fake).generate_as(City, "Where?", mode="schema")
    assert len(fake.requests) == native


def test_show_reasoning_asks_openai_for_a_summary() -> None:
    """Through the facade's model: a summary is asked for, and refused for a model that does not reason."""
    fake = FakeTransport({"id": "r", "status": "completed", "output": []})
    ChatOpenAI("gpt-5.5", transport=fake).generate("hi", show_reasoning=True)
    assert fake.requests[0]["reasoning"] == {"summary": "auto"}
    with pytest.raises(UnsupportedParameterError, match="does not reason"):
        ChatOpenAI("gpt-4.1", transport=fake).generate("hi", show_reasoning=True)


# -- the catalogues ----------------------------------------------------------------------------------------------


def claudes(provider: str) -> list[str]:
    """The Claudes of a provider."""
    return [model for model in built_in(provider).catalogue.models if "claude" in model]


@pytest.mark.parametrize("provider", ["anthropic", "bedrock"])
def test_every_claude_that_samples_from_4_1_on_takes_one_parameter(provider: str) -> None:
    """https://platform.claude.com/docs/en/about-claude/models/migration-guide: a temperature or a top_p, not both."""
    newer = re.compile(r"claude-(opus-4-1|(opus|sonnet|haiku)-4-[56])")
    for model in claudes(provider):
        facts = built_in(provider).catalogue.facts(model)
        assert bool(facts.one_sampling_parameter) == (newer.search(model) is not None), model
        assert not (facts.one_sampling_parameter and facts.sampling == "never"), model


@pytest.mark.parametrize("provider", ["anthropic", "bedrock"])
def test_every_claude_that_thinks_says_whether_it_can_be_forced(provider: str) -> None:
    """A way to ask for thinking and a fact on forced tools come together."""
    for model in claudes(provider):
        facts = built_in(provider).catalogue.facts(model)
        assert (facts.reasoning_style is None) == (facts.forced_tools is None), model
        if facts.reasoning_style == "budget":
            assert facts.forced_tools == "only_when_reasoning_off", model


def test_an_inference_profile_has_the_facts_of_its_model() -> None:
    """Bedrock's names for geographies differ in nothing that is checked here."""
    models, names = (
        built_in("bedrock").catalogue.models,
        ("json_schema_output", "forced_tools", "one_sampling_parameter"),
    )
    for model in models:
        base = re.sub(r"^(us|eu|apac|au|jp|ca|global|us-gov)\.", "", model)
        if base in models:
            facts = [tuple(getattr(models[name], fact) for fact in names) for name in (model, base)]
            assert facts[0] == facts[1], model
