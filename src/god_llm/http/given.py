"""Checking the clients and options that users give."""

from __future__ import annotations

from typing import Final

from god_llm.domain.exceptions import ConfigurationError
from god_llm.http.options import ConnectionOptions

__all__ = ["client_of", "refuse_aws"]

_OF_AWS: Final = ("region", "max_concurrency")


def refuse_aws(options: ConnectionOptions) -> None:
    """Refuse the options that mean something to AWS alone.

    Raises:
        ConfigurationError: there is one.
    """
    for name in _OF_AWS:
        if getattr(options, name) is not None:
            raise ConfigurationError(f"{name}= has no effect on this provider: leave it out")


def client_of(package: str, sync: str, for_async: str, client: object, *, of_async: bool) -> None:
    """Refuse a client that is not one of a package's, or is for the other kind of call. Nothing is imported.

    Args:
        package: the top module of the library.
        sync: the name of a class above every sync client.
        for_async: the name of a class above every async client.
        client: what the user gave.
        of_async: whether it was given for async calls.

    Raises:
        ConfigurationError: it is something else.
    """
    option, other = ("async_client", "client") if of_async else ("client", "async_client")
    wanted, unwanted = (for_async, sync) if of_async else (sync, for_async)
    names = {kind.__name__ for kind in type(client).__mro__ if kind.__module__.partition(".")[0] == package}
    if wanted in names:
        return
    said = f"{option}= takes {'an async' if of_async else 'a sync'} client of {package}, or a function that makes one"
    hint = f": pass this one as {other}=" if unwanted in names else ""
    raise ConfigurationError(f"{said}, not {type(client).__name__}{hint}")
