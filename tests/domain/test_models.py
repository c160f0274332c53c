"""What is known of models: names, the one door past them, and temperatures."""

from __future__ import annotations

import math
import pickle
from copy import deepcopy
from datetime import date

import pytest

from god_llm import (
    CustomModel,
    InvalidSettingError,
    ModelFacts,
    ReasoningEffort,
    UnknownModelError,
    UnsupportedParameterError,
)
from god_llm.domain.models import Catalogue
from god_llm.domain.settings import DEFAULT_TEMPERATURE

CATALOGUE = Catalogue(
    "acme",
    {
        "warm-1": ModelFacts(sampling="always", efforts=()),
        "warm-2": ModelFacts(sampling="always", efforts=("low", "high")),
        "cold-1": ModelFacts(sampling="never", efforts=("low", "high"), default_effort="low"),
        "thinker-1": ModelFacts(sampling="only_when_reasoning_off", efforts=("none", "low"), default_effort="low"),
        "sleeper-1": ModelFacts(sampling="only_when_reasoning_off", efforts=("none", "low"), default_effort="none"),
        "old-1": ModelFacts(retires=date(2026, 1, 31), successor="warm-1"),
        "silent-1": ModelFacts(),
    },
    max_temperature=2.0,
)


def test_a_listed_name_passes() -> None:
    """Names of the catalogue are accepted as they are."""
    CATALOGUE.check("warm-1")


def test_a_mistyped_name_is_refused_with_the_nearest_ones() -> None:
    """The error names provider and model, the nearest names, and the door for names that are not listed."""
    with pytest.raises(UnknownModelError, match=r"acme has no model 'warm1'.*'warm-1'.*CustomModel") as caught:
        CATALOGUE.check("warm1")
    assert (caught.value.provider, caught.value.model) == ("acme", "warm1")
    assert isinstance(caught.value, ValueError)


def test_a_name_like_no_other_gets_no_guess() -> None:
    """Where nothing is near, nothing is suggested."""
    with pytest.raises(UnknownModelError) as caught:
        CATALOGUE.check("zzz")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("copied", [lambda m: m, deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_custom_model_passes(copied: object) -> None:
    """Any name goes in as a `CustomModel`, also after it was copied or sent to another process."""
    assert callable(copied)
    name = copied(CustomModel("ft:warm-1:me"))
    CATALOGUE.check(name)
    assert name == "ft:warm-1:me"


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("warm-1", 0.7),
        ("cold-1", None),
        ("thinker-1", None),
        ("sleeper-1", 0.7),
        ("silent-1", None),
        ("something-else", None),
    ],
)
def test_the_default_temperature_goes_only_to_models_known_to_take_it(model: str, sent: float | None) -> None:
    """A temperature that nobody chose is left out where it might be refused."""
    assert CATALOGUE.temperature(model, DEFAULT_TEMPERATURE) == sent


@pytest.mark.parametrize("model", ["warm-1", "sleeper-1", "silent-1", "something-else"])
def test_a_chosen_temperature_is_sent_unless_it_is_known_to_be_refused(model: str) -> None:
    """Somebody's choice is not second-guessed: 0.7 chosen is sent where 0.7 by default would not be."""
    assert CATALOGUE.temperature(model, 0.7) == 0.7


def test_a_chosen_temperature_that_the_model_rejects_is_refused() -> None:
    """The error comes before anything is sent, and says what to do."""
    with pytest.raises(UnsupportedParameterError, match="cold-1 takes no temperature; leave it out"):
        CATALOGUE.temperature("cold-1", 0.5)


def test_a_model_that_reasons_takes_no_temperature_meanwhile() -> None:
    """Where sampling and reasoning exclude each other, how much is to be reasoned decides, and the error says so."""
    assert CATALOGUE.temperature("thinker-1", 0.5, "none") == CATALOGUE.temperature("sleeper-1", 0.5) == 0.5
    asked: list[tuple[str, ReasoningEffort | None]] = [("thinker-1", None), ("thinker-1", "low"), ("sleeper-1", "low")]
    for model, reasoning in asked:
        with pytest.raises(UnsupportedParameterError, match=f"{model} takes no temperature while it reasons.*'none'"):
            CATALOGUE.temperature(model, 0.5, reasoning)


def test_an_effort_that_a_model_has_not_is_refused() -> None:
    """The error has the efforts that the model takes, or says that it does not reason."""
    with pytest.raises(UnsupportedParameterError, match=r"cold-1 takes no reasoning='max': it takes 'low', 'high'"):
        CATALOGUE.refuse_effort("cold-1", "max")
    with pytest.raises(UnsupportedParameterError, match=r"warm-1 .* it does not reason"):
        CATALOGUE.refuse_effort("warm-1", "low")
    CATALOGUE.refuse_effort("cold-1", "high")
    CATALOGUE.refuse_effort("cold-1", None)
    CATALOGUE.refuse_effort("silent-1", "max")


def test_a_retirement_names_day_and_successor() -> None:
    """The same sentence tells of one to come and of one that was; a model that stays has none."""
    old = CATALOGUE.facts("old-1")
    assert old.retirement(date(2026, 1, 30)) == "is to be retired on 2026-01-31; use 'warm-1'"
    assert old.retirement(date(2026, 1, 31)) == "was retired on 2026-01-31; use 'warm-1'"
    assert CATALOGUE.facts("warm-1").retirement(date(2026, 1, 31)) is None


@pytest.mark.parametrize("model", ["warm-1", "cold-1", "silent-1"])
def test_no_temperature_is_always_possible(model: str) -> None:
    """None leaves it to the provider."""
    assert CATALOGUE.temperature(model, None) is None


@pytest.mark.parametrize("edge", [0, 0.0, 2, 2.0])
def test_the_ends_of_the_range_belong_to_it(edge: float) -> None:
    """0 and the provider's highest temperature are temperatures, and come out as floats."""
    sent = CATALOGUE.temperature("warm-1", edge)
    assert sent == edge
    assert type(sent) is float


@pytest.mark.parametrize("wrong", [-0.1, 2.1, math.inf, -math.inf, math.nan])
def test_a_temperature_out_of_range_is_refused(wrong: float) -> None:
    """What no model of the provider takes is a setting out of its range."""
    with pytest.raises(InvalidSettingError, match="between 0 and 2 for acme"):
        CATALOGUE.temperature("warm-1", wrong)


def test_without_an_upper_end_anything_finite_goes() -> None:
    """A provider without a highest temperature still takes no infinite one."""
    endless = Catalogue("acme", {})
    assert endless.temperature("x", 100.0) == 100.0
    with pytest.raises(InvalidSettingError, match="at least 0"):
        endless.temperature("x", math.inf)


def test_the_default_temperature_is_a_float_that_says_nobody_chose_it() -> None:
    """It stays such a one through copies and pickles, which containers and executors make."""
    assert DEFAULT_TEMPERATURE == 0.7
    for copy in (deepcopy(DEFAULT_TEMPERATURE), pickle.loads(pickle.dumps(DEFAULT_TEMPERATURE))):
        assert CATALOGUE.temperature("cold-1", copy) is None
