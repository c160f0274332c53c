"""How an answer is to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, TypedDict

from pydantic import Field

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.facts import EFFORTS, ReasoningEffort

if TYPE_CHECKING:
    from god_llm.domain.tools import ResponseSchema, Tool, ToolChoice

__all__ = [
    "DEFAULT_TEMPERATURE",
    "DefaultTemperature",
    "GenerationSettings",
    "Settings",
    "TemperatureValidator",
]

TemperatureValidator: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""A sampling temperature: a finite `float`, not negative. Each provider has an upper bound of its own."""


class DefaultTemperature(float):
    """A temperature that nobody chose: it is sent only to models known to take one."""

    __slots__ = ()


DEFAULT_TEMPERATURE: Final = DefaultTemperature(0.7)


class GenerationSettings(TypedDict, total=False):
    """What one call may set for itself; the facade's own settings hold for the rest."""

    temperature: float | None
    """Sampling temperature; None leaves it to the provider."""
    max_tokens: int | None
    """The most tokens the answer may have."""
    top_p: float | None
    """Nucleus sampling: the probability mass to choose from, above 0 and up to 1."""
    stop: str | Sequence[str] | None
    """Texts at which the model stops."""
    seed: int | None
    """A seed for sampling, where the provider has one."""
    reasoning: ReasoningEffort | None
    """How much to reason, where the model can; None leaves it to the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that have been checked: what a formatter writes. None means: not sent."""

    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning: ReasoningEffort | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    response_schema: ResponseSchema | None = None

    def __post_init__(self) -> None:
        """Reject what no provider can take.

        Raises:
            InvalidSettingError: a value is out of its range.
        """
        if self.max_tokens is not None and self.max_tokens < 1:
            raise InvalidSettingError(f"max_tokens must be at least 1, not {self.max_tokens}")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise InvalidSettingError(f"top_p must be above 0 and at most 1, not {self.top_p}")
        if self.reasoning is not None and self.reasoning not in EFFORTS:
            raise InvalidSettingError(
                f"reasoning must be one of {', '.join(map(repr, EFFORTS))}, not {self.reasoning!r}"
            )
        if any(not text for text in self.stop):
            raise InvalidSettingError("a stop text must not be empty")

    def updated(self, changes: GenerationSettings) -> Settings:
        """These settings with some replaced.

        Raises:
            InvalidSettingError: there is no such setting, or a value is of another kind or out of its range.
        """
        unknown = changes.keys() - GenerationSettings.__annotations__.keys()
        if unknown:
            raise InvalidSettingError(f"there is no setting {', '.join(sorted(unknown))}")
        _check_kinds(changes)
        known = {**changes}
        if "stop" in changes:
            known["stop"] = stops(changes["stop"])
        return replace(self, **known)  # type: ignore[arg-type]  # the keys are GenerationSettings', a subset


_KINDS: Final[Mapping[str, tuple[str, tuple[type, ...]]]] = {
    "temperature": ("a number", (int, float)),
    "max_tokens": ("a whole number", (int,)),
    "top_p": ("a number", (int, float)),
    "stop": ("a text or a sequence of texts", (str, Sequence)),
    "seed": ("a whole number", (int,)),
    "reasoning": ("a text", (str,)),
}


def _check_kinds(values: Mapping[str, object]) -> None:
    """Values that come from a configuration file are Any to a type checker: they are looked at here."""
    for name, value in values.items():
        wanted, kinds = _KINDS[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, kinds)):
            raise InvalidSettingError(f"{name} must be {wanted}, not {value!r}")


def stops(stop: str | Sequence[str] | None) -> tuple[str, ...]:
    """Stop texts as a tuple: one text is one stop, not its characters."""
    if stop is None:
        return ()
    return (stop,) if isinstance(stop, str) else tuple(stop)
