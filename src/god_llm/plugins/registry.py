"""The installed providers, by name. A provider is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from god_llm.domain.exceptions import ConfigurationError, UnknownModelError, UnknownProviderError
from god_llm.domain.models import Catalogue, CustomModel
from god_llm.domain.providers import PROVIDERS
from god_llm.engine.base import BaseLLM
from god_llm.engine.provider import Provider
from god_llm.plugins.openai.server_names import SERVER_NAMES

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

    from god_llm.plugins.model_ids import ModelId

__all__ = ["BUILT_IN", "ENTRY_POINTS", "catalogue", "facade", "made", "model_id", "provider", "providers"]

ENTRY_POINTS: Final = "god_llm.providers"
"""The entry point group in which another package names its facade: `my_name = "my_package:ChatMine"`."""

BUILT_IN: Final = PROVIDERS
"""The names of the providers of this library; each is a folder beside this file."""


SERVING: Final = "openai"
"""The provider whose facade talks to compatible servers."""

SERVED: Final = frozenset(SERVER_NAMES)
"""The servers that speak its chat completions: `chat_model(CustomModel("deepseek:deepseek-chat"))`."""


def provider(name: str) -> Provider:
    """The value of a built-in provider.

    Raises:
        UnknownProviderError: there is no built-in provider of this name.
    """
    if name not in BUILT_IN:
        raise UnknownProviderError(f"there is no provider {name!r}; there are {', '.join(BUILT_IN)}")
    found = import_module(f"god_llm.plugins.{name}.provider").PROVIDER
    assert isinstance(found, Provider)
    return found


def providers() -> list[str]:
    """The names of all installed providers, built in or from other packages."""
    return sorted({*BUILT_IN, *(entry.name for entry in _entry_points())})


def facade(name: str) -> type[BaseLLM]:
    """The facade class of a provider.

    Raises:
        UnknownProviderError: no provider of this name is installed.
        ConfigurationError: the entry point of another package names something that is not a `BaseLLM` class.
    """
    found = _loaded(name)
    if not (isinstance(found, type) and issubclass(found, BaseLLM)):
        raise ConfigurationError(f"the entry point of {name!r} names {found!r}, which is no BaseLLM class")
    return found


def made(name: str, options: Mapping[str, object], *, custom: bool) -> BaseLLM:
    """The model of a full name, made with the facade's own arguments.

    Args:
        name: `provider:model`.
        options: the arguments.
        custom: whether the name was a `CustomModel`, which need not be listed.

    Raises:
        UnknownProviderError, UnknownModelError: there is no such provider or model.
    """
    owner, model = _split(name)
    if owner in SERVED:
        owner, options, custom = SERVING, {"server": owner, **options}, True
    cls = facade(owner)
    if custom:
        model = CustomModel(model)
    else:
        _check(cls, model, name)
    return cls(model, **options)  # type: ignore[arg-type]  # the facade checks its arguments itself


def model_id(name: str) -> ModelId:
    """A full name from a configuration, checked against the catalogues: `chat_model(model_id(name))`.

    The provider may be built in or from another package. One without a catalogue accepts every model name.

    Raises:
        UnknownProviderError, UnknownModelError: there is no such provider or model; the message has the nearest names.
    """
    owner, model = _split(name)
    _check(facade(owner), model, name)
    # The catalogue has the name. `ModelId` lists those of the built-in providers, which is all that a type can know.
    return cast("ModelId", name)


def catalogue(name: str) -> Catalogue | None:
    """The models of an installed provider; None for one that lists none.

    Raises:
        UnknownProviderError: no provider of this name is installed.
    """
    found = provider(name) if name in BUILT_IN else _definition(facade(name))
    return None if found is None else found.catalogue


def _check(cls: type[BaseLLM], model: str, given: str) -> None:
    """Refuse a model that the provider's catalogue does not list."""
    definition = _definition(cls)
    if definition is not None:
        definition.catalogue.check(model, given)


def _definition(cls: type[BaseLLM]) -> Provider | None:
    """The provider value of a facade class; None for a class that is complete without one."""
    found: object = getattr(cls, "definition", None)
    return found if isinstance(found, Provider) else None


def _split(name: str) -> tuple[str, str]:
    owner, colon, model = name.partition(":")
    if not colon or not model:
        raise UnknownModelError(f"{name!r} is not a full name: write provider:model, as in 'openai:gpt-5.5'")
    return owner, model


def _loaded(name: str) -> object:
    if name in BUILT_IN:
        return getattr(import_module(f"god_llm.plugins.{name}.chat"), f"Chat{provider(name).title}")
    for entry in _entry_points():
        if entry.name == name:
            return entry.load()
    raise UnknownProviderError(f"there is no provider {name!r}; there are {', '.join(providers())}")


def _entry_points() -> EntryPoints:
    from importlib.metadata import entry_points  # takes 30 ms, which a built-in provider need not cost

    return entry_points(group=ENTRY_POINTS)
