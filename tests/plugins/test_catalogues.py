"""The catalogues: their facts, the names written from them, and what a user hears of a model that goes."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter
from pydantic_core import to_json

from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    ModelFacts,
    ModelId,
    NotFoundError,
    RetiredModelWarning,
    UnknownModelError,
    UnknownProviderError,
    chat_model,
    model_id,
)
from god_llm.cli.drift import drift
from god_llm.plugins.base import AnthropicModel, BedrockModel, GroqModel, OllamaModel, OpenAIModel
from god_llm.plugins.registry import provider as built_in
from god_llm.testing import FakeTransport
from god_llm.testing.simulator import Fail, Simulator

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate_models.py"
NAMES = {
    "anthropic": get_args(AnthropicModel),
    "bedrock": get_args(BedrockModel),
    "groq": get_args(GroqModel),
    "ollama": get_args(OllamaModel),
    "openai": get_args(OpenAIModel),
}
every_provider = pytest.mark.parametrize("provider", NAMES)
LISTED = [
    pytest.param(provider, facts, id=f"{provider}:{model}")
    for provider in NAMES
    for model, facts in built_in(provider).catalogue.models.items()
]


@every_provider
def test_the_literal_has_the_names_of_the_catalogue(provider: str) -> None:
    """What type-checks and what passes at run time are the same names, each once."""
    assert sorted(NAMES[provider]) == sorted(built_in(provider).catalogue.models)


def test_a_full_name_is_a_provider_and_a_listed_model() -> None:
    """`ModelId` has every listed model, and nothing else."""
    full = [name for part in get_args(ModelId) for name in get_args(part) or (part,)]
    assert sorted(full) == sorted(f"{provider}:{model}" for provider, names in NAMES.items() for model in names)


def test_what_is_written_from_the_catalogues_is_up_to_date() -> None:
    """Literals and overloads follow from the catalogues: who edits one runs the script."""
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(("provider", "facts"), LISTED)
def test_facts_are_of_their_types_and_agree(provider: str, facts: ModelFacts) -> None:
    """Each fact is what `ModelFacts` says, and what is said of reasoning, sampling and retirement fits together."""
    adapter = TypeAdapter(ModelFacts)
    assert adapter.validate_json(to_json(facts), strict=True) == facts
    efforts = facts.efforts or ()
    assert facts.default_effort is None or facts.default_effort in efforts or facts.default_effort == "none"
    assert facts.sampling != "only_when_reasoning_off" or "none" in efforts
    assert (facts.successor is None) == (facts.retires is None)
    if facts.successor is not None:
        assert built_in(provider).catalogue.models[facts.successor].retires is None


@pytest.mark.parametrize("provider", ["anthropic", "groq", "openai"])
def test_every_model_of_the_installed_sdk_is_listed(provider: str) -> None:
    """A model that the SDK names and the catalogue has not is named here: list it and run the script."""
    found = drift(provider)
    assert found is not None
    assert found.unlisted == ()


@pytest.mark.parametrize("provider", ["bedrock", "ollama"])
def test_an_sdk_that_names_no_models_has_no_drift(provider: str) -> None:
    """There is nothing to compare with."""
    assert drift(provider) is None


def test_facts_are_at_hand() -> None:
    """A facade tells what is known of its model; of one that is not listed, nothing."""
    facts = ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport({})).facts
    assert (facts.context_window, facts.sampling, facts.image_input) == (1_000_000, "never", True)
    assert ChatAnthropic(CustomModel("mine"), transport=FakeTransport({})).facts == ModelFacts()


# -- retirement ------------------------------------------------------------------------------------------------


def test_a_retired_model_warns_where_it_is_made() -> None:
    """The warning names the day and the successor, and points at the application's own line."""
    with pytest.warns(RetiredModelWarning, match=r"groq's llama-3\.1-8b-instant was retired on 2026-08-16") as caught:
        ChatGroq("llama-3.1-8b-instant", transport=FakeTransport({}))
    assert "use 'openai/gpt-oss-20b'" in str(caught[0].message)
    assert caught[0].filename == __file__
    assert issubclass(RetiredModelWarning, FutureWarning)  # shown by default


@pytest.mark.parametrize("facade", [ChatOpenAI, ChatAnthropic, ChatGroq, ChatBedrock, ChatOllama])
def test_a_model_that_is_not_listed_does_not_warn(facade: type[ChatOpenAI]) -> None:
    """Of a `CustomModel` no day is known: warnings are errors here, and none comes."""
    facade(CustomModel("mine"), transport=FakeTransport({}))


def test_the_day_decides_about_was_and_will() -> None:
    """A day to come is announced, a day past is told."""
    facts = ModelFacts(retires=date(2027, 1, 1), successor="next")
    assert [facts.retirement(date(year, 6, 1)) for year in (2026, 2027)] == [
        "is to be retired on 2027-01-01; use 'next'",
        "was retired on 2027-01-01; use 'next'",
    ]


# -- names at run time -----------------------------------------------------------------------------------------


def test_a_404_suggests_the_nearest_names(simulator: Simulator) -> None:
    """A name that went past the catalogue and that the provider has not: its error has the names nearest to it."""
    simulator.script(Fail(404), Fail(404), Fail(404))
    llm = ChatOpenAI(CustomModel("gpt-5.55"), api_key="key", base_url=simulator.url("openai"))
    with pytest.raises(NotFoundError, match=r"Did you mean 'gpt-5\.5'"):
        llm.generate("hi")
    with pytest.raises(NotFoundError, match=r"Did you mean 'gpt-5\.5'"):
        list(llm.stream("hi"))
    listed = ChatOpenAI("gpt-5.5", api_key="key", base_url=simulator.url("openai"))
    with pytest.raises(NotFoundError) as caught:
        listed.generate("hi")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_a_404_of_a_retired_model_names_its_successor(simulator: Simulator) -> None:
    """The provider only says that it is not there; we know where it went."""
    simulator.script(Fail(404))
    llm = ChatGroq("llama-3.1-8b-instant", api_key="key", base_url=simulator.url("groq"))
    with pytest.raises(NotFoundError, match=r"was retired on 2026-08-16; use 'openai/gpt-oss-20b'"):
        llm.generate("hi")


def test_a_full_name_makes_the_right_facade() -> None:
    """`provider:model` is the facade of the provider, with its options; the model's own name may hold colons."""
    llm = chat_model("openai:gpt-5.5", api="chat_completions", api_key="key")
    assert (type(llm), llm.model_name, llm.api) == (ChatOpenAI, "gpt-5.5", "chat_completions")
    nova = chat_model("bedrock:amazon.nova-lite-v1:0", region="us-east-1")
    assert (type(nova), nova.model_name) == (ChatBedrock, "amazon.nova-lite-v1:0")


def test_a_full_name_that_is_not_listed_goes_in_as_a_custom_model() -> None:
    """The one door holds for full names too: the model is a `CustomModel` of its provider."""
    llm = chat_model(CustomModel("ollama:my/model:8b"))
    assert isinstance(llm, ChatOllama)
    assert type(llm.model_name) is CustomModel
    assert llm.model_name == "my/model:8b"


def test_a_full_name_from_a_configuration_is_held_against_the_catalogues() -> None:
    """`model_id` gives a listed name back, and explains any other."""
    assert model_id("groq:openai/gpt-oss-20b") == "groq:openai/gpt-oss-20b"
    with pytest.raises(UnknownModelError, match=r"Did you mean 'gpt-5\.5'"):
        model_id("openai:gpt-5.55")
    with pytest.raises(UnknownProviderError, match="anthropic"):
        model_id("opena:gpt-5.5")
    with pytest.raises(UnknownModelError, match="provider:model"):
        model_id("gpt-5.5")
