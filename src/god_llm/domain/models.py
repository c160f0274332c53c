"""The models of a provider: which names are listed, and what each takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from god_llm.domain.exceptions import InvalidSettingError, UnknownModelError, UnsupportedParameterError
from god_llm.domain.facts import UNKNOWN, ModelFacts, ReasoningEffort
from god_llm.domain.settings import DefaultTemperature, Settings

__all__ = ["Catalogue", "CustomModel", "RetiredModelWarning"]


class CustomModel(str):
    """A model name that is not in the catalogue: a fine-tune, an Ollama tag, a Bedrock ARN.

    The one door past the model Literals. A class rather than a `NewType`, so that the check at run time
    can tell it from a mistyped name.
    """

    __slots__ = ()


class RetiredModelWarning(FutureWarning):
    """A model is no longer served, or will not be after a day that its provider has named.

    A `FutureWarning`, because Python shows those by default.
    """


class Catalogue(NamedTuple):
    """A provider's models and its range of temperatures."""

    provider: str
    models: Mapping[str, ModelFacts]
    """Name -> what is known; `PackagedFacts` reads them from a file when they are first asked for."""
    max_temperature: float = math.inf
    """The highest temperature the provider takes."""

    def facts(self, model: str) -> ModelFacts:
        """What is known of a model; nothing, for a name that is not listed."""
        return self.models.get(model, UNKNOWN)

    def check(self, model: str, given: str | None = None) -> None:
        """Accept a listed name, or any `CustomModel`.

        Args:
            model: the name of a model.
            given: the name that the user wrote, if it differs: `provider:model`.

        Raises:
            UnknownModelError: the name is not listed; the message has the nearest ones.
        """
        if model in self.models or isinstance(model, CustomModel):
            return
        raise UnknownModelError(
            f"{self.provider} has no model {model!r}.{self.meant(model)} For a name that is not listed,"
            f" pass CustomModel({(given or model)!r}).",
            provider=self.provider,
            model=model,
        )

    def meant(self, model: str) -> str:
        """` Did you mean 'a', 'b'?` with the listed names nearest to one that is not; else nothing."""
        from difflib import get_close_matches  # only on the way to an error

        near = [] if model in self.models else get_close_matches(model, sorted(self.models), n=3, cutoff=0.4)
        return f" Did you mean {', '.join(map(repr, near))}?" if near else ""

    def advice(self, model: str, today: date) -> str:
        """What to add to a provider's word that it has no such model: nothing, where the name is a good one."""
        notice = self.facts(model).retirement(today)
        return self.meant(model) if notice is None else f" {model} {notice}."

    def resolve(self, model: str, settings: Settings, temperature_asked: float | None) -> Settings:
        """The settings to send to a model, each checked alone and beside the others.

        A default temperature is left out where the model may reject it, and beside a chosen `top_p`. A setting
        that asks for what the model does anyway is left out.

        Args:
            model: the name of a model.
            settings: what was asked for; their `temperature` is not read.
            temperature_asked: the temperature that was asked for, a `DefaultTemperature` if nobody chose it.

        Raises:
            InvalidSettingError: the temperature is out of the provider's range.
            UnsupportedParameterError: the model is known to reject a setting, or one beside another.
        """
        facts = self.facts(model)
        self.refuse_effort(model, settings.reasoning)
        for name in _SAMPLING:
            if getattr(settings, name) is not None:
                self.refuse_sampling(model, name, settings.reasoning)
        given_way = settings.top_p is not None and isinstance(temperature_asked, DefaultTemperature)
        asked = None if given_way else temperature_asked
        settled = replace(
            settings,
            temperature=self.temperature(model, asked, settings.reasoning),
            show_reasoning=None if _shows_nothing(facts, settings) else settings.show_reasoning,
            parallel_tool_calls=None if _calls_one_tool(facts, settings) else settings.parallel_tool_calls,
        )
        for rejected in _COMBINATIONS:
            problem = rejected(facts, settled)
            if problem is not None:
                raise UnsupportedParameterError(f"{model} {problem}", provider=self.provider, model=model)
        return settled

    def temperature(self, model: str, asked: float | None, reasoning: ReasoningEffort | None = None) -> float | None:
        """The temperature to send, or None to send none.

        Raises:
            InvalidSettingError: `asked` is out of the provider's range.
            UnsupportedParameterError: somebody chose it, and the model is known to reject it.
        """
        if asked is None:
            return None
        if isinstance(asked, DefaultTemperature):
            return float(asked) if self.facts(model).samples(reasoning) else None
        if not 0 <= asked <= self.max_temperature or math.isinf(asked):
            bound = "at least 0" if math.isinf(self.max_temperature) else f"between 0 and {self.max_temperature:g}"
            raise InvalidSettingError(
                f"temperature must be {bound} for {self.provider}, not {asked}",
                provider=self.provider,
                model=model,
            )
        self.refuse_sampling(model, "temperature", reasoning)
        return float(asked)

    def refuse_sampling(self, model: str, parameter: str, reasoning: ReasoningEffort | None = None) -> None:
        """Refuse a sampling parameter that the model is known to reject when it reasons so.

        Raises:
            UnsupportedParameterError: it takes none, or none while it reasons.
        """
        facts = self.facts(model)
        if facts.samples(reasoning) is not False:
            return
        if facts.sampling == "only_when_reasoning_off":
            problem = f"{model} takes no {parameter} while it reasons; leave it out, or pass reasoning='none'"
        else:
            problem = f"{model} takes no {parameter}; leave it out (or pass {parameter}=None)"
        raise UnsupportedParameterError(problem, provider=self.provider, model=model)

    def refuse_effort(self, model: str, effort: ReasoningEffort | None) -> None:
        """Refuse an effort that the model is known not to have.

        Raises:
            UnsupportedParameterError: it has others, or does not reason.
        """
        efforts = self.facts(model).efforts
        if effort is None or efforts is None or effort in efforts:
            return
        takes = f"it takes {', '.join(map(repr, efforts))}" if efforts else "it does not reason; leave it out"
        raise UnsupportedParameterError(
            f"{model} takes no reasoning={effort!r}: {takes}", provider=self.provider, model=model
        )


# -- settings beside facts and beside each other ------------------------------------------------------------------

_SAMPLING: Final = ("top_p", "top_k", "presence_penalty", "frequency_penalty", "logprobs")
"""Settings that a model without temperature also rejects: https://platform.openai.com/docs/guides/latest-model."""

Combination: TypeAlias = Callable[[ModelFacts, Settings], str | None]
"""Returns why a model rejects the settings, as the end of a sentence that begins with its name; or None."""


def _shows_nothing(facts: ModelFacts, settings: Settings) -> bool:
    return settings.show_reasoning is False and facts.efforts == ()


def _calls_one_tool(facts: ModelFacts, settings: Settings) -> bool:
    return settings.parallel_tool_calls is False and facts.parallel_tools is False


def _both_sampling_parameters(facts: ModelFacts, settings: Settings) -> str | None:
    if facts.one_sampling_parameter and settings.temperature is not None and settings.top_p is not None:
        return "takes a temperature or a top_p, not both; leave one of them out"
    return None


def _forced_tool(facts: ModelFacts, settings: Settings) -> str | None:
    if facts.forced_tools in (None, "always") or settings.tool_choice in (None, "auto", "none"):
        return None
    if facts.forced_tools == "never":
        return "can't be made to call a tool; use tool choice 'auto' or 'none'"
    asked = settings.show_reasoning if settings.reasoning is None else settings.reasoning != "none"
    if not asked:
        return None
    return (
        "can't be made to call a tool while it reasons; use tool choice 'auto', or leave reasoning and show_reasoning"
        " out"
    )


def _schema(facts: ModelFacts, settings: Settings) -> str | None:
    if settings.response_schema is None or facts.json_schema_output is not False:
        return None
    return "has no native structured output on this API; describe the format in the prompt, or use another model"


def _visible_reasoning(facts: ModelFacts, settings: Settings) -> str | None:
    if settings.show_reasoning and facts.efforts == ():
        return "does not reason; leave show_reasoning out"
    return None


def _parallel_calls(facts: ModelFacts, settings: Settings) -> str | None:
    if settings.parallel_tool_calls and facts.parallel_tools is False:
        return "calls one tool at a time; leave parallel_tool_calls out"
    return None


_COMBINATIONS: Final[Sequence[Combination]] = (
    _both_sampling_parameters,
    _forced_tool,
    _schema,
    _visible_reasoning,
    _parallel_calls,
)
