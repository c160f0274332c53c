"""A provider as one value: everything that facades, containers, guard, simulator and command line know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from god_llm.auth.environment import environment_variable
from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.extra import ExtraRules
from god_llm.domain.models import Catalogue
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import KEYLESS, ProviderName
from god_llm.protocols import AuthSource, DualTransport, PromptFormatter, ResponseNormaliser

if TYPE_CHECKING:
    from god_llm.http.options import ConnectionOptions

__all__ = ["Api", "Connect", "Provider"]

Connect: TypeAlias = Callable[["AuthSource | None", "ConnectionOptions"], DualTransport[JsonObject]]
"""Makes an API's transport. The auth source is None where a client of the user's own signs the requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API of a provider: the parts that speak its wire format.

    Attributes:
        formatter, normaliser, connect: make the parts.
        settings: the settings that the formatter writes; the engine refuses all others.
        extra: loads the rules of `extra=`; None if the API takes no `extra=`.
    """

    formatter: Callable[[], PromptFormatter[JsonObject]]
    normaliser: Callable[[], ResponseNormaliser]
    connect: Connect
    settings: frozenset[str]
    extra: Callable[[], ExtraRules] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider.

    Attributes:
        name: as `llm.provider` has it.
        title: the provider's name in prose, and in class names.
        catalogue: its models.
        summary: the first sentence of the facade's docstring.
        apis: its APIs by name; the first one is the default. A provider with one API calls it `""`.
        own_options: the connection options that only this provider has (`region`, `max_concurrency`).
        hosts: patterns (`fnmatch`) of the host names that are its own.
        key_patterns: regular expressions of its keys, for scrubbing.
        base_path: the path that a base URL has after the host, for example `/v1`.
        url_variable: the environment variable in which its SDK looks for a base URL.
        example_model: a listed model, for documentation and demonstrations.
        sdk_models: where its SDK lists model names, as `module:name` or `module:TypedDict.field`.
        notes: keyword of the facade -> its documentation, where it differs from the other providers'.
    """

    name: ProviderName
    title: str
    catalogue: Catalogue
    summary: str
    apis: Mapping[str, Api]
    own_options: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    key_patterns: tuple[str, ...] = ()
    base_path: str = ""
    url_variable: str = ""
    example_model: str = ""
    sdk_models: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_key(self) -> bool:
        """Whether every call needs an API key."""
        return self.name not in KEYLESS

    @property
    def key_variable(self) -> str:
        """The environment variable of its API key."""
        return environment_variable(self.name)

    def api(self, name: str | None) -> tuple[str, Api]:
        """The API of a name, with the name; the default API for None.

        Raises:
            InvalidSettingError: the provider has no such API.
        """
        chosen = next(iter(self.apis)) if name is None else name
        if chosen not in self.apis or (name is not None and len(self.apis) == 1):
            raise InvalidSettingError(_no_such_api(self, name), provider=self.name)
        return chosen, self.apis[chosen]


def _no_such_api(provider: Provider, name: str | None) -> str:
    if len(provider.apis) == 1:
        return f"{provider.title} has one API here; leave out api={name!r}"
    return f"api must be one of {', '.join(map(repr, provider.apis))}, not {name!r}"
