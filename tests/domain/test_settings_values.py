"""Settings of a call: what is refused, and how one call changes them."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from god_llm import GenerationSettings, InvalidSettingError, Settings, TemperatureValidator


@pytest.mark.parametrize("wrong", [{"max_tokens": 0}, {"max_tokens": -1}, {"top_p": 0.0}, {"top_p": 1.1}])
def test_a_setting_out_of_its_range_is_refused(wrong: GenerationSettings) -> None:
    """What no provider can take is refused at once, with the setting's name, as a ValueError too."""
    (name,) = wrong
    with pytest.raises(InvalidSettingError, match=name) as caught:
        Settings().updated(wrong)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("right", [{"max_tokens": 1}, {"top_p": 1.0}, {"top_p": 0.01}, {"seed": -1}])
def test_the_ends_of_the_ranges_belong_to_them(right: GenerationSettings) -> None:
    """The least and the most that is allowed is allowed."""
    ((name, value),) = right.items()
    assert getattr(Settings().updated(right), name) == value


def test_one_stop_text_is_one_stop() -> None:
    """A text given as `stop` is one stop text, not one for each of its letters."""
    assert Settings().updated({"stop": "END"}).stop == ("END",)
    assert Settings().updated({"stop": ["a", "b"]}).stop == ("a", "b")
    assert Settings(stop=("a",)).updated({"stop": None}).stop == ()


def test_an_empty_stop_text_is_refused() -> None:
    """An empty text would stop the model before its first word."""
    with pytest.raises(InvalidSettingError, match="stop"):
        Settings().updated({"stop": ["a", ""]})


def test_updating_makes_new_settings() -> None:
    """One call's settings leave the model's own alone, and what is not named stays."""
    own = Settings(max_tokens=5, seed=1)
    changed = own.updated({"max_tokens": None})
    assert (changed.max_tokens, changed.seed) == (None, 1)
    assert own.max_tokens == 5


@pytest.mark.parametrize("name", ["max_token", "tools"])
def test_a_setting_that_does_not_exist_is_refused_by_name(name: str) -> None:
    """A keyword that no call may set, mistyped or the model's own, is named in the error; types show it earlier."""
    typo: GenerationSettings = {name: 5}  # type: ignore[misc]  # the law is about code that is not typed
    with pytest.raises(InvalidSettingError, match=f"no setting {name};"):
        Settings().updated(typo)


@pytest.mark.parametrize("wrong", [-1, float("inf"), float("nan"), "hot"])
def test_the_temperature_validator_checks(wrong: object) -> None:
    """`TemperatureValidator` is a finite float of at least 0 wherever pydantic reads it."""
    with pytest.raises(ValidationError):
        TypeAdapter(TemperatureValidator).validate_python(wrong)
    assert TypeAdapter(TemperatureValidator).validate_python(0) == 0.0
