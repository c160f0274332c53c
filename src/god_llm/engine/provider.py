"""A provider as one value: everything that facades, containers, guard, simulator and command line know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias, TypeVar, cast

from god_llm.auth.environment import environment_variable
from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError
from god_llm.domain.models import Catalogue
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import KEYLESS, ProviderName
from god_llm.engine.history.rules import ANY_HISTORY, HistoryRules
from god_llm.http.endpoint import Endpoint
from god_llm.http.options import ConnectionOptions
from god_llm.http.transport import HttpTransport
from god_llm.protocols import AuthSource, DualTransport, PromptFormatter, ResponseNormaliser

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["Api", "Connect", "Provider", "Served", "over_http"]

RequestT = TypeVar("RequestT", bound=JsonObject)

Connect: TypeAlias = Callable[[AuthSource | None, ConnectionOptions], DualTransport[JsonObject]]
"""Makes an API's transport. The auth source is None where a client of the user's own signs the requests."""


class Api(NamedTuple):
    """One API of a provider: the parts that speak its wire format.

    Attributes:
        formatter, normaliser, connect: make the parts; `over_http` makes a `connect` of a transport class.
        endpoint: where requests go; None if the transport is not an `HttpTransport`.
        settings: the settings that the formatter writes; the engine refuses all others.
        extra: loads the rules of `extra=`; None if the API takes no `extra=`.
        history: the restrictions on conversations.
    """

    formatter: Callable[[], PromptFormatter[JsonObject]]
    normaliser: Callable[[], ResponseNormaliser]
    connect: Connect
    settings: frozenset[str]
    endpoint: Endpoint | None = None
    extra: Callable[[], ExtraRules] | None = None
    history: HistoryRules = ANY_HISTORY

    def needs_key(self, options: ConnectionOptions) -> bool:
        """True if every call over such a connection needs an API key."""
        return not options.has_client and (self.endpoint is None or self.endpoint.needs_key(options.base_url))


def over_http(transport: type[HttpTransport[RequestT]]) -> Connect:
    """A `connect` that makes an API's own transport."""
    # Every JSON object crosses HTTP; the type of its requests only tells one provider's transport from another's.
    return cast("Connect", transport.connect)


class Served(NamedTuple):
    """The service behind a facade: the provider's own, or a server that speaks one of its APIs.

    Attributes:
        name: the provider's name on messages and errors.
        title: its name in error texts.
        api_name, api: the API that it speaks.
        base_url: where it is; None leaves it to the SDK, or to the user of a server without an address of its own.
        own: False for a server.
    """

    name: ProviderName
    title: str
    api_name: str
    api: Api
    base_url: str | None = None
    own: bool = True

    def reached(self, options: ConnectionOptions) -> ConnectionOptions:
        """The options with the server's base URL, unless they have one.

        Raises:
            ConfigurationError: the server has no address of its own, and the options have none.
        """
        if self.own or options.has_client or options.base_url is not None:
            return options
        if self.base_url is None:
            raise ConfigurationError(
                f"{self.title} has another address for each user: pass base_url= with yours", provider=self.name
            )
        return replace(options, base_url=self.base_url)


_NO_NOTES: Final[Mapping[str, str]] = {}


class Provider(NamedTuple):
    """One provider.

    Attributes:
        name: as `llm.provider` has it.
        title: the provider's name in prose, and in class names.
        catalogue: its models.
        summary: the first sentence of the facade's docstring.
        apis: its APIs by name; the first one is the default. A provider with one API calls it `""`.
        own_options: the connection options that only this provider has (`region`, `max_concurrency`).
        key_patterns: regular expressions of its keys, for scrubbing.
        base_path: the path that a base URL has after the host, for example `/v1`.
        url_variable: the environment variable in which its SDK looks for a base URL.
        example_model: a listed model, for documentation and demonstrations.
        sdk_models: where its SDK lists model names, as `module:name` or `module:TypedDict.field`.
        serve: makes a `Served` of a server's name or row, and of the API's name; None if the provider has no table of
            servers.
        notes: keyword of the facade -> its documentation, where it differs from the other providers'.
    """

    name: ProviderName
    title: str
    catalogue: Catalogue
    summary: str
    apis: Mapping[str, Api]
    own_options: frozenset[str] = frozenset()
    key_patterns: tuple[str, ...] = ()
    base_path: str = ""
    url_variable: str = ""
    example_model: str = ""
    sdk_models: tuple[str, ...] = ()
    serve: Callable[[object, str | None], Served] | None = None
    notes: Mapping[str, str] = _NO_NOTES

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """The value itself: containers copy the arguments of their parts."""
        return self

    @property
    def needs_key(self) -> bool:
        """True if every call to the provider's own hosts needs an API key."""
        return self.name not in KEYLESS

    def owns(self, url: str) -> bool:
        """True if a URL is on one of the provider's own hosts."""
        return any(api.endpoint is not None and api.endpoint.owns(url) for api in self.apis.values())

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

    def served(self, api: str | None, server: object = None) -> Served:
        """The service of a facade: the provider's own API, or a server that speaks it.

        Raises:
            InvalidSettingError: there is no such API or server.
        """
        if server is None:
            name, chosen = self.api(api)
            return Served(self.name, self.title, name, chosen)
        if self.serve is None:
            raise InvalidSettingError(f"{self.title} has no server=; leave it out", provider=self.name)
        return self.serve(server, api)


def _no_such_api(provider: Provider, name: str | None) -> str:
    if len(provider.apis) == 1:
        return f"{provider.title} has one API here; leave out api={name!r}"
    return f"api must be one of {', '.join(map(repr, provider.apis))}, not {name!r}"
