"""What is known of a provider's models."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from god_llm.domain.exceptions import InvalidSettingError, UnknownModelError, UnsupportedParameterError
from god_llm.domain.settings import DefaultTemperature

__all__ = ["Catalogue", "CustomModel", "Sampling"]

Sampling = Literal["always", "never", "only_when_reasoning_off"]
"""Whether a model takes `temperature` and `top_p`."""


class CustomModel(str):
    """A model name that is not in the catalogue: a fine-tune, an Ollama tag, a Bedrock ARN.

    The one door past the model Literals. A class rather than a `NewType`, so that the check at run time
    can tell it from a mistyped name.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A provider's models: their names, what they take, and the provider's range of temperatures."""

    provider: str
    names: frozenset[str]
    sampling: dict[str, Sampling]
    """Model name -> whether it samples; a model that is missing is unknown."""
    hottest: float = math.inf
    """The highest temperature the provider takes."""

    def check(self, model: str) -> None:
        """Accept a listed name, or any `CustomModel`.

        Raises:
            UnknownModelError: the name is not listed; the message has the nearest ones.
        """
        if model in self.names or isinstance(model, CustomModel):
            return
        import difflib  # for those who mistype alone

        near = difflib.get_close_matches(model, sorted(self.names), n=3, cutoff=0.4)
        meant = f" Did you mean {', '.join(map(repr, near))}?" if near else ""
        raise UnknownModelError(
            f"{self.provider} has no model {model!r}.{meant} For a name that is not listed,"
            f" pass CustomModel({model!r}).",
            provider=self.provider,
            model=model,
        )

    def temperature(self, model: str, asked: float | None) -> float | None:
        """The temperature to send, or None to send none.

        Raises:
            InvalidSettingError: `asked` is out of the provider's range.
            UnsupportedParameterError: somebody chose it, and the model is known to reject it.
        """
        if asked is None:
            return None
        if isinstance(asked, DefaultTemperature):
            return float(asked) if self.sampling.get(model) == "always" else None
        if not 0 <= asked <= self.hottest or math.isinf(asked):
            bound = "at least 0" if math.isinf(self.hottest) else f"between 0 and {self.hottest:g}"
            raise InvalidSettingError(
                f"temperature must be {bound} for {self.provider}, not {asked}",
                provider=self.provider,
                model=model,
            )
        self.refuse_sampling(model, "temperature")
        return float(asked)

    def refuse_sampling(self, model: str, parameter: str) -> None:
        """Refuse a sampling parameter that the model is known to reject.

        Raises:
            UnsupportedParameterError: the model never takes sampling parameters.
        """
        if self.sampling.get(model) == "never":
            raise UnsupportedParameterError(
                f"{model} takes no {parameter}; leave it out (or pass {parameter}=None)",
                provider=self.provider,
                model=model,
            )
