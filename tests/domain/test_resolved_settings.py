"""Settings held against what a model takes, and against each other, before anything is sent."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import InvalidSettingError, ModelFacts, NamedTool, Settings, Tool, UnsupportedParameterError
from god_llm.domain.facts import EFFORTS
from god_llm.domain.models import Catalogue
from god_llm.domain.settings import DEFAULT_TEMPERATURE
from god_llm.domain.tools import ResponseSchema, ToolChoice

CATALOGUE: Final = Catalogue(
    "acme",
    {
        "either": ModelFacts(sampling="always", one_sampling_parameter=True),
        "both": ModelFacts(sampling="always", one_sampling_parameter=False),
        "cold": ModelFacts(sampling="never", efforts=("low",), default_effort="low"),
        "thinker": ModelFacts(
            sampling="only_when_reasoning_off", efforts=("none", "low"), forced_tools="only_when_reasoning_off"
        ),
        "unforced": ModelFacts(forced_tools="never"),
        "forced": ModelFacts(forced_tools="always", efforts=("none", "low")),
        "formless": ModelFacts(json_schema_output=False),
        "shaped": ModelFacts(json_schema_output=True),
        "plain": ModelFacts(efforts=(), parallel_tools=False),
        "silent": ModelFacts(),
    },
    max_temperature=2.0,
)
TOOL: Final = Tool("sky", "The sky.", {"type": "object"})
SCHEMA: Final = Settings(response_schema=ResponseSchema("Answer", {"type": "object"}))
FORCED: Final[tuple[ToolChoice, ...]] = ("required", NamedTool("sky"))


def offered(choice: ToolChoice | None, settings: Settings | None = None) -> Settings:
    """Settings with a tool and a choice."""
    return replace(settings or Settings(), tools=(TOOL,), tool_choice=choice)


# -- temperature and top_p -------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["either", "both", "silent", "unlisted"])
def test_a_default_temperature_gives_way_to_a_chosen_top_p(model: str) -> None:
    """Whoever chooses top_p alone has it alone in the request; the default is back where there is none."""
    assert CATALOGUE.resolve(model, Settings(top_p=0.9), DEFAULT_TEMPERATURE).temperature is None
    assert CATALOGUE.resolve(model, Settings(top_p=0.9), deepcopy(DEFAULT_TEMPERATURE)).temperature is None
    again = CATALOGUE.resolve("either", Settings(), pickle.loads(pickle.dumps(DEFAULT_TEMPERATURE)))
    assert again.temperature == 0.7


def test_a_model_of_one_sampling_parameter_takes_no_two_chosen_ones() -> None:
    """Both chosen is an error that says so; each alone is sent, and other models take both."""
    with pytest.raises(UnsupportedParameterError, match="either takes a temperature or a top_p, not both") as caught:
        CATALOGUE.resolve("either", Settings(top_p=0.9), 0.7)
    assert (caught.value.provider, caught.value.model) == ("acme", "either")
    assert CATALOGUE.resolve("either", Settings(), 0.5).temperature == 0.5
    assert CATALOGUE.resolve("either", Settings(top_p=0.9), None).top_p == 0.9
    for model in ("both", "silent", "unlisted"):
        sent = CATALOGUE.resolve(model, Settings(top_p=0.9), 0.5)
        assert (sent.temperature, sent.top_p) == (0.5, 0.9)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(top_p=0.5),
        Settings(top_k=5),
        Settings(presence_penalty=0.0),
        Settings(frequency_penalty=1),
        Settings(logprobs=0),
    ],
    ids=lambda settings: settings.given()[0],
)
def test_a_model_without_sampling_takes_no_sampling_parameter(settings: Settings) -> None:
    """Each of them is refused like a temperature, also with a value of 0, and goes to models that are not known."""
    (name,) = settings.given()
    with pytest.raises(UnsupportedParameterError, match=f"cold takes no {name}; leave it out"):
        CATALOGUE.resolve("cold", settings, DEFAULT_TEMPERATURE)
    with pytest.raises(UnsupportedParameterError, match=f"thinker takes no {name} while it reasons"):
        CATALOGUE.resolve("thinker", replace(settings, reasoning="low"), DEFAULT_TEMPERATURE)
    for model, beside in (("thinker", replace(settings, reasoning="none")), ("silent", settings), ("other", settings)):
        sent = CATALOGUE.resolve(model, beside, None)
        assert getattr(sent, name) == getattr(settings, name)


def test_the_range_of_temperatures_is_the_provider_s() -> None:
    """A temperature out of range is an error of its own, whatever else is set."""
    with pytest.raises(InvalidSettingError, match="between 0 and 2 for acme"):
        CATALOGUE.resolve("both", Settings(), 2.5)
    with pytest.raises(UnsupportedParameterError, match="takes no reasoning='max'"):
        CATALOGUE.resolve("cold", Settings(reasoning="max"), 2.5)


# -- forced tools ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", FORCED, ids=str)
def test_reasoning_and_a_forced_tool_exclude_each_other(choice: ToolChoice) -> None:
    """A model that can't be forced while it reasons is refused both together, and takes each alone."""
    for asked in (Settings(reasoning="low"), Settings(show_reasoning=True)):
        with pytest.raises(UnsupportedParameterError, match="thinker can't be made to call a tool while it reasons"):
            CATALOGUE.resolve("thinker", offered(choice, asked), None)
        assert CATALOGUE.resolve("forced", offered(choice, asked), None).tool_choice == choice
        assert CATALOGUE.resolve("unlisted", offered(choice, asked), None).tool_choice == choice
    for asked in (Settings(), Settings(reasoning="none"), Settings(reasoning="none", show_reasoning=True)):
        assert CATALOGUE.resolve("thinker", offered(choice, asked), None).tool_choice == choice


@pytest.mark.parametrize("choice", FORCED, ids=str)
def test_some_models_can_never_be_forced(choice: ToolChoice) -> None:
    """For them a forced tool alone is refused."""
    with pytest.raises(UnsupportedParameterError, match="unforced can't be made to call a tool; use tool choice"):
        CATALOGUE.resolve("unforced", offered(choice), None)


@pytest.mark.parametrize("choice", [None, "auto", "none"])
@pytest.mark.parametrize("model", ["thinker", "unforced"])
def test_a_choice_that_forces_nothing_goes_with_reasoning(model: str, choice: ToolChoice | None) -> None:
    """Only a choice that forces a call excludes reasoning."""
    asked = offered(choice, Settings(reasoning="low"))
    assert CATALOGUE.resolve(model, asked, None) == asked


# -- what a model has or has not ---------------------------------------------------------------------------------


def test_a_schema_is_refused_where_the_model_has_no_native_output() -> None:
    """The error says so; a model that has it, and one of which it is not known, is sent the schema."""
    with pytest.raises(UnsupportedParameterError, match="formless has no native structured output on this API"):
        CATALOGUE.resolve("formless", SCHEMA, None)
    for model in ("shaped", "silent", "unlisted"):
        assert CATALOGUE.resolve(model, SCHEMA, None).response_schema == SCHEMA.response_schema
    assert CATALOGUE.resolve("formless", Settings(), None) == Settings()


def test_reasoning_can_t_be_shown_where_there_is_none() -> None:
    """To show it is refused; to hide it asks for nothing, and nothing is sent."""
    with pytest.raises(UnsupportedParameterError, match="plain does not reason; leave show_reasoning out"):
        CATALOGUE.resolve("plain", Settings(show_reasoning=True), None)
    assert CATALOGUE.resolve("plain", Settings(show_reasoning=False), None).show_reasoning is None
    for shown in (True, False):
        assert CATALOGUE.resolve("thinker", Settings(show_reasoning=shown), None).show_reasoning is shown
        assert CATALOGUE.resolve("silent", Settings(show_reasoning=shown), None).show_reasoning is shown


def test_a_model_of_single_calls_makes_no_parallel_ones() -> None:
    """To allow them is refused; to forbid them asks for nothing, and nothing is sent."""
    with pytest.raises(UnsupportedParameterError, match="plain calls one tool at a time"):
        CATALOGUE.resolve("plain", offered(None, Settings(parallel_tool_calls=True)), None)
    assert CATALOGUE.resolve("plain", Settings(parallel_tool_calls=False), None).parallel_tool_calls is None
    for parallel in (True, False):
        sent = CATALOGUE.resolve("silent", Settings(parallel_tool_calls=parallel), None)
        assert sent.parallel_tool_calls is parallel


ANY_SETTINGS: Final = st.builds(
    Settings,
    top_p=st.none() | st.floats(0.1, 1),
    top_k=st.none() | st.integers(1, 50),
    logprobs=st.none() | st.integers(0, 20),
    reasoning=st.none() | st.sampled_from(EFFORTS),
    show_reasoning=st.none() | st.booleans(),
    parallel_tool_calls=st.none() | st.booleans(),
    tool_choice=st.sampled_from([None, "auto", "none", *FORCED]),
    tools=st.sampled_from([(), (TOOL,)]),
    response_schema=st.sampled_from([None, SCHEMA.response_schema]),
    max_tokens=st.none() | st.integers(1, 9),
)


@given(
    model=st.sampled_from([*CATALOGUE.models, "unlisted"]),
    settings=ANY_SETTINGS,
    asked=st.none() | st.just(DEFAULT_TEMPERATURE) | st.floats(0, 2),
)
def test_what_is_settled_stays_settled(model: str, settings: Settings, asked: float | None) -> None:
    """Settings that pass once pass again unchanged, and differ only where something was left out or settled."""
    try:
        sent = CATALOGUE.resolve(model, settings, asked)
    except UnsupportedParameterError:
        return
    assert CATALOGUE.resolve(model, sent, sent.temperature) == sent
    left_out = {name for name in ("show_reasoning", "parallel_tool_calls") if getattr(sent, name) is None}
    changed = {name: getattr(settings, name) for name in left_out}
    assert replace(sent, temperature=settings.temperature, **changed) == settings
    assert sent.temperature in (None, asked)
