"""The models of a provider: which names are listed, and what each takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from god_llm.domain.exceptions import InvalidSettingError, UnknownModelError, UnsupportedParameterError
from god_llm.domain.facts import UNKNOWN, ModelFacts, ReasoningEffort
from god_llm.domain.settings import DefaultTemperature

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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A provider's models and its range of temperatures."""

    provider: str
    models: Mapping[str, ModelFacts]
    """Name -> what is known; `PackagedFacts` reads them from a file when they are first asked for."""
    hottest: float = math.inf
    """The highest temperature the provider takes."""

    def facts(self, model: str) -> ModelFacts:
        """What is known of a model; nothing, for a name that is not listed."""
        return self.models.get(model, UNKNOWN)

    def check(self, model: str) -> None:
        """Accept a listed name, or any `CustomModel`.

        Raises:
            UnknownModelError: the name is not listed; the message has the nearest ones.
        """
        if model in self.models or isinstance(model, CustomModel):
            return
        raise UnknownModelError(
            f"{self.provider} has no model {model!r}.{self.meant(model)} For a name that is not listed,"
            f" pass CustomModel({model!r}).",
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
        if not 0 <= asked <= self.hottest or math.isinf(asked):
            bound = "at least 0" if math.isinf(self.hottest) else f"between 0 and {self.hottest:g}"
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
