"""How far the catalogues and the model names of the installed SDKs have come apart.

Ollama's and Bedrock's SDKs name no models, so there is nothing to compare theirs with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, get_args, get_origin, get_type_hints

from god_llm.plugins import registry

__all__ = ["Drift", "drift"]


@dataclass(frozen=True, slots=True)
class Drift:
    """The difference for one provider."""

    provider: str
    sdk: str
    """The SDK's name and version."""
    unlisted: tuple[str, ...]
    """What the SDK names and the catalogue has not: to be listed."""
    unnamed: tuple[str, ...]
    """What the catalogue has and the SDK does not name: newer, older, or served all the same."""


def drift(provider: str) -> Drift | None:
    """The difference for a provider; None where its SDK is not installed or names no models."""
    if provider not in registry.BUILT_IN or not registry.provider(provider).sdk_models:
        return None
    try:
        installed = version(provider)
    except PackageNotFoundError:
        return None
    listed, named = set(registry.provider(provider).catalogue.models), set(sdk_models(provider))
    return Drift(provider, f"{provider} {installed}", tuple(sorted(named - listed)), tuple(sorted(listed - named)))


def sdk_models(provider: str) -> Iterator[str]:
    """The models that a provider's SDK names."""
    for place in registry.provider(provider).sdk_models:
        module, _, path = place.partition(":")
        name, _, field = path.partition(".")
        found: object = getattr(import_module(module), name)
        yield from literals(get_type_hints(found)[field] if field else found)


def literals(hint: object) -> Iterator[str]:
    """The texts in the Literals of a type, however deep."""
    if get_origin(hint) is Literal:
        yield from (value for value in get_args(hint) if isinstance(value, str))
        return
    for argument in get_args(hint):
        yield from literals(argument)
