"""Refusal to pickle connection options that a pickle must not or cannot hold."""

from __future__ import annotations

from pydantic import SecretStr

from god_llm.domain.exceptions import ConfigurationError
from god_llm.http.options import ConnectionOptions

__all__ = ["refuse_unpicklable"]


def refuse_unpicklable(options: ConnectionOptions, provider: str) -> None:
    """Refuse options with a client, or with secrets in the headers or the query.

    Raises:
        ConfigurationError: the options have one of them.
    """
    for name in ("client", "async_client"):
        client = getattr(options, name)
        if client is not None and not callable(client):
            raise ConfigurationError(
                f"a transport with {name}= can't be pickled: pass a function that makes the client instead,"
                f" as in {name}=make_client",
                provider=provider,
            )
    for name in ("headers", "query"):
        if any(isinstance(value, SecretStr) for value in getattr(options, name).values()):
            raise ConfigurationError(
                f"a transport with a SecretStr in {name}= can't be pickled, because pickles hold no secrets:"
                " make the transport in the process that uses it",
                provider=provider,
            )
