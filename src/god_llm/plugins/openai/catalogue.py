"""The models of this provider, from `catalogue.json`, and its range of temperatures."""

from __future__ import annotations

from typing import Final

from god_llm.domain.facts import PackagedFacts
from god_llm.domain.models import Catalogue

__all__ = ["CATALOGUE"]

CATALOGUE: Final = Catalogue("openai", PackagedFacts("god_llm.plugins.openai"), max_temperature=2.0)
