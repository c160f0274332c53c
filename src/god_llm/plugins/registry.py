"""Which providers there are. Names only: a provider is imported when its facade is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from god_llm.domain.exceptions import ConfigurationError, UnknownModelError, UnknownProviderError
from god_llm.engine.base import BaseLLM

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

__all__ = ["ENTRY_POINTS", "chat_model", "facade", "providers"]

ENTRY_POINTS: Final = "god_llm.providers"
"""The entry point group in which another package names its facade: `my_name = "my_package:ChatMine"`."""

_BUILT_IN: Final[Mapping[str, str]] = {
    "anthropic": "god_llm.plugins.anthropic:ChatAnthropic",
    "bedrock": "god_llm.plugins.bedrock:ChatBedrock",
    "groq": "god_llm.plugins.groq:ChatGroq",
    "ollama": "god_llm.plugins.ollama:ChatOllama",
    "openai": "god_llm.plugins.openai:ChatOpenAI",
}


def providers() -> list[str]:
    """The names of all providers that are installed, built in or brought by other packages."""
    return sorted({*_BUILT_IN, *(entry.name for entry in _brought())})


def facade(provider: str) -> type[BaseLLM]:
    """The facade class of a provider.

    Raises:
        UnknownProviderError: no provider of this name is installed.
        ConfigurationError: the package that brings it names something that is not a `BaseLLM`.
    """
    found = _loaded(provider)
    if not (isinstance(found, type) and issubclass(found, BaseLLM)):
        raise ConfigurationError(f"the entry point of {provider!r} names {found!r}, which is no BaseLLM class")
    return found


def chat_model(name: str, **options: object) -> BaseLLM:
    """A model by its full name: `chat_model("groq:llama-3.1-8b-instant")`.

    Args:
        name: provider and model, with a colon between; a name from a configuration file, say.
        **options: the facade's own arguments.

    Raises:
        UnknownProviderError, UnknownModelError: there is none of this name.
    """
    provider, colon, model = name.partition(":")
    if not colon or not model:
        raise UnknownModelError(f"{name!r} is not a full name: write provider:model, as in 'groq:llama-3.1-8b-instant'")
    # A call by configuration: the facade checks the names and types of its arguments itself.
    return facade(provider)(model, **options)  # type: ignore[arg-type]


def _loaded(provider: str) -> object:
    if provider in _BUILT_IN:
        module, _, name = _BUILT_IN[provider].partition(":")
        return getattr(import_module(module), name)
    for entry in _brought():
        if entry.name == provider:
            return entry.load()
    raise UnknownProviderError(f"there is no provider {provider!r}; there are {', '.join(providers())}")


def _brought() -> EntryPoints:
    """The providers that other packages bring."""
    from importlib.metadata import entry_points  # 30 ms that a built-in provider need not cost

    return entry_points(group=ENTRY_POINTS)
