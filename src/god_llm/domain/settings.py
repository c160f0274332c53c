"""Generation settings: what one call, a facade or a container may ask of a model.

The list of settings is written twice, and nowhere else: `GenerationSettings` is its type for callers, `Settings` its
frozen twin for formatters. A test holds the two equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, TypedDict, get_args

from pydantic import Field

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.facts import EFFORTS, ReasoningEffort
from god_llm.domain.timeouts import Timeouts, timeout_problem

if TYPE_CHECKING:
    from god_llm.domain.plain_json import JsonObject
    from god_llm.domain.tools import ResponseSchema, Tool, ToolChoice

__all__ = [
    "DEFAULT_TEMPERATURE",
    "DefaultTemperature",
    "ForeignParts",
    "GenerationSettings",
    "KeywordSettings",
    "ModelIndependentSettings",
    "Settings",
    "TemperatureValidator",
    "Verbosity",
    "check_setting",
]

TemperatureValidator: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""A sampling temperature: a finite `float`, not negative. Each provider has an upper bound of its own."""

ForeignParts: TypeAlias = Literal["refuse", "drop", "as_text"]
"""The treatment of server tools and unknown parts of another provider.

`refuse` and `drop` leave its reasoning and citations out; `as_text` sends them as text too.
"""

Verbosity: TypeAlias = Literal["low", "medium", "high"]
"""The length of the visible answer."""


class DefaultTemperature(float):
    """A temperature that nobody chose: it is sent only to models known to take one."""

    __slots__ = ()


DEFAULT_TEMPERATURE: Final = DefaultTemperature(0.7)


class ModelIndependentSettings(TypedDict, total=False):
    """The settings whose type does not depend on the model."""

    max_tokens: int | None
    """The maximum number of output tokens, reasoning included."""
    stop: str | Sequence[str] | None
    """Stop sequences: the model stops before it writes one of them."""
    seed: int | None
    """A seed for sampling."""
    top_k: int | None
    """Sample from the `top_k` most likely tokens only; at least 1."""
    presence_penalty: float | None
    """From -2 to 2: a positive value makes tokens less likely that have appeared at all."""
    frequency_penalty: float | None
    """From -2 to 2: a positive value makes tokens less likely the more often they have appeared."""
    parallel_tool_calls: bool | None
    """Allow several tool calls in one answer."""
    logprobs: int | None
    """The number of log-probability alternatives per output token; 0 reports the chosen token alone.

    The result is in `AIMessage.metadata["logprobs"]`.
    """
    service_tier: str | None
    """The provider's name for a processing tier, for example `"flex"` or `"priority"`."""
    user: str | None
    """An opaque id of the end user, for the provider's abuse detection."""
    request_metadata: Mapping[str, str] | None
    """Labels that the provider stores with the request."""
    verbosity: Verbosity | None
    """The length of the visible answer."""
    show_reasoning: bool | None
    """Ask for the model's reasoning, or a summary of it, as text; None leaves it to the provider."""
    foreign: ForeignParts | None
    """The treatment of parts that only another provider can read: `"refuse"` (the default), `"drop"` or `"as_text"`."""


class KeywordSettings(ModelIndependentSettings, total=False):
    """The settings that a facade takes by keyword alone."""

    top_p: float | None
    """Nucleus sampling: the probability mass to choose from, above 0 and up to 1."""
    reasoning: ReasoningEffort | None
    """The reasoning effort, for models that reason; None leaves it to the model."""


class GenerationSettings(KeywordSettings, total=False):
    """The settings of one call; the facade's own settings hold for the rest."""

    temperature: float | None
    """Sampling temperature; None leaves it to the provider."""
    timeout: float | Timeouts | None
    """Seconds to wait for the next event, or all limits as `Timeouts`, in place of the connection's own."""


# -- checks of values -------------------------------------------------------------------------------------------

Check: TypeAlias = Callable[[object], str | None]
"""Returns what a value must be ("a whole number of at least 1"), or None where the value is good."""


def _number(low: float = -math.inf, high: float = math.inf, *, above: float | None = None) -> Check:
    bounds = _bounds(low, high, above)

    def check(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"a number{bounds}"
        good = math.isfinite(value) and low <= value <= high and (above is None or value > above)
        return None if good else f"a finite number{bounds}"

    return check


def _whole(low: float = -math.inf) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            return f"a whole number{_bounds(low, math.inf, None)}"
        return None

    return check


def _bounds(low: float, high: float, above: float | None) -> str:
    least = f"above {above:g}" if above is not None else f"at least {low:g}" if low > -math.inf else ""
    most = f"at most {high:g}" if high < math.inf else ""
    return f" ({' and '.join(filter(None, (least, most)))})" if least or most else ""


def _one_of(*choices: str) -> Check:
    wanted = f"one of {', '.join(map(repr, choices))}"
    return lambda value: None if value in choices else wanted


def _switch(value: object) -> str | None:
    return None if isinstance(value, bool) else "True or False"


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value else "a text that is not empty"


def _texts(value: object) -> str | None:
    texts = (value,) if isinstance(value, str) else value
    if isinstance(texts, Sequence) and all(isinstance(text, str) and text for text in texts):
        return None
    return "a text or a sequence of texts, none of them empty"


def _labels(value: object) -> str | None:
    if isinstance(value, Mapping) and all(isinstance(text, str) for pair in value.items() for text in pair):
        return None
    return "a mapping of text to text"


_CHECK: Final = "check"


def _by(check: Check) -> Mapping[str, Check]:
    """The metadata of a field whose values `check` checks."""
    return {_CHECK: check}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings: what a formatter writes. None means: not sent.

    Raises:
        InvalidSettingError: a value has the wrong type or is out of its range.
    """

    temperature: float | None = field(default=None, metadata=_by(_number(0)))
    max_tokens: int | None = field(default=None, metadata=_by(_whole(1)))
    top_p: float | None = field(default=None, metadata=_by(_number(high=1, above=0)))
    stop: tuple[str, ...] = field(default=(), metadata=_by(_texts))
    seed: int | None = field(default=None, metadata=_by(_whole()))
    reasoning: ReasoningEffort | None = field(default=None, metadata=_by(_one_of(*EFFORTS)))
    top_k: int | None = field(default=None, metadata=_by(_whole(1)))
    presence_penalty: float | None = field(default=None, metadata=_by(_number(-2, 2)))
    frequency_penalty: float | None = field(default=None, metadata=_by(_number(-2, 2)))
    parallel_tool_calls: bool | None = field(default=None, metadata=_by(_switch))
    logprobs: int | None = field(default=None, metadata=_by(_whole(0)))
    service_tier: str | None = field(default=None, metadata=_by(_text))
    user: str | None = field(default=None, metadata=_by(_text))
    request_metadata: Mapping[str, str] | None = field(default=None, metadata=_by(_labels))
    verbosity: Verbosity | None = field(default=None, metadata=_by(_one_of(*get_args(Verbosity))))
    show_reasoning: bool | None = field(default=None, metadata=_by(_switch))
    timeout: float | Timeouts | None = field(default=None, metadata=_by(timeout_problem))
    foreign: ForeignParts | None = field(default=None, metadata=_by(_one_of(*get_args(ForeignParts))))
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    response_schema: ResponseSchema | None = None
    extra: JsonObject | None = None
    """Provider-specific request parameters, merged into the request after the formatter has written it."""

    def __post_init__(self) -> None:
        """Reject values that no provider accepts."""
        for name, value in zip(_CHECKED, _VALUES(self), strict=True):
            if value is not None:
                check_setting(name, value)

    def updated(self, changes: KeywordSettings) -> Settings:
        """These settings with some replaced.

        Raises:
            InvalidSettingError: there is no such setting, or a value has the wrong type or is out of its range.
        """
        unknown = changes.keys() - _CHECKS.keys()
        if unknown:
            raise InvalidSettingError(_no_such_setting(sorted(unknown)))
        known = {**changes}
        if "stop" in changes:
            known["stop"] = _stop_sequences(changes["stop"])
        return replace(self, **known)  # type: ignore[arg-type]  # the keys were checked above

    def given(self) -> Sequence[str]:
        """The names of the settings that are set."""
        return [name for name, value in zip(_NAMES, _ALL(self), strict=True) if value is not None and value != ()]


_NAMES: Final = tuple(each.name for each in fields(Settings))
_CHECKS: Final[Mapping[str, Check]] = {
    each.name: each.metadata[_CHECK] for each in fields(Settings) if _CHECK in each.metadata
}
_CHECKED: Final = tuple(_CHECKS)
_VALUES: Final = attrgetter(*_CHECKED)
_ALL: Final = attrgetter(*_NAMES)


def check_setting(name: str, value: object) -> None:
    """Accept a value that some provider accepts for a setting.

    Raises:
        InvalidSettingError: it has the wrong type or is out of its range.
    """
    wanted = _CHECKS[name](value)
    if wanted is not None:
        raise InvalidSettingError(f"{name} must be {wanted}, not {value!r}")


def _no_such_setting(unknown: Sequence[str]) -> str:
    """The names that are no settings, and what to write instead."""
    from difflib import get_close_matches  # only a mistake needs it

    near = get_close_matches(unknown[0], _CHECKS, n=1)
    other = f"did you mean {near[0]}=?" if near else "parameters of one API alone go through extra={...}"
    return f"there is no setting {', '.join(unknown)}; {_REPLACEMENTS.get(unknown[0], other)}"


_SYSTEM: Final = 'begin the prompt with a system message: [SystemMessage("..."), UserMessage("...")]'
_STRUCTURED: Final = "ask for a structured answer with generate_as(...)"
_REPLACEMENTS: Final[Mapping[str, str]] = {
    "system": _SYSTEM,
    "system_prompt": _SYSTEM,
    "instructions": _SYSTEM,
    "messages": "pass the messages as the first argument",
    "stream": "call stream(...) or astream(...)",
    "tools": "offer tools with with_tools(...)",
    "tool_choice": "choose a tool with with_tools(..., choice=...)",
    "response_schema": _STRUCTURED,
    "response_format": _STRUCTURED,
}
"""Keyword that is no setting -> what to write instead."""


def _stop_sequences(stop: str | Sequence[str] | None) -> tuple[str, ...]:
    """Stop sequences as a tuple: one text is one sequence, not its characters."""
    if stop is None:
        return ()
    check_setting("stop", stop)
    return (stop,) if isinstance(stop, str) else tuple(stop)
