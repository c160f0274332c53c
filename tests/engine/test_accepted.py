"""The settings that an API does not accept are refused, each and all."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import Settings, UnsupportedParameterError
from god_llm.engine.accepted import refuse_others

SET = {
    "temperature": 0.5,
    "max_tokens": 5,
    "stop": ("END",),
    "seed": 0,
    "logprobs": 0,
    "parallel_tool_calls": False,
    "show_reasoning": False,
    "presence_penalty": 0.0,
    "user": "u",
    "timeout": 3.0,
}
NAMES = frozenset(each.name for each in fields(Settings))


@given(chosen=st.sets(st.sampled_from([*SET])), accepted=st.frozensets(st.sampled_from([*NAMES])))
def test_a_setting_that_is_not_accepted_is_never_dropped(chosen: set[str], accepted: frozenset[str]) -> None:
    """An error names one that is set, also to 0 or False, and not accepted; where there is none, all is well."""
    settings = Settings(**{name: SET[name] for name in chosen})  # type: ignore[arg-type]  # values of their names' types
    refused = chosen - accepted - {"timeout"}
    if not refused:
        refuse_others("acme", "m", settings, accepted)
        return
    with pytest.raises(UnsupportedParameterError, match=r"acme takes no .*; leave it out") as caught:
        refuse_others("acme", "m", settings, accepted)
    assert any(f" {name};" in str(caught.value) for name in refused)
    assert caught.value.provider == "acme"


def test_an_api_that_accepts_everything_refuses_nothing() -> None:
    """There is no setting beside those that are accepted."""
    refuse_others("acme", "m", Settings(seed=1, user="u"), NAMES)
