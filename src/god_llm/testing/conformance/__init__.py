"""The laws that every provider keeps, as tests to derive from: `ProviderConformance`, `BaseLLMConformance`.

This package imports pytest; the rest of the kit does not.
"""

from god_llm.testing.conformance import assertions as _assertions  # noqa: F401 - before the laws are imported
from god_llm.testing.conformance.capabilities import Capability, Facade
from god_llm.testing.conformance.provider import ProviderConformance
from god_llm.testing.conformance.recordings import ErrorSample, Recording
from god_llm.testing.conformance.suite import Injected
from god_llm.testing.conformance.template import BaseLLMConformance

__all__ = [
    "BaseLLMConformance",
    "Capability",
    "ErrorSample",
    "Facade",
    "Injected",
    "ProviderConformance",
    "Recording",
]
