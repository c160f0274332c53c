"""The clients of one transport: opened on first use, one for all threads and one per event loop, and closed."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from god_llm.domain.exceptions import ConfigurationError, MissingDependencyError
from god_llm.http.library import Library, Opening
from god_llm.http.per_loop import PerLoop

if TYPE_CHECKING:
    from god_llm.http.client import AsyncClient, Client
    from god_llm.http.threads import Threads

__all__ = ["Connections", "made"]

_OTHER: Final = {"client": "async_client", "async_client": "client"}


class Connections:
    """Opens the clients of a library, or uses those that the user gave.

    A client that the user gave is the user's to close; one that a function of the user's made is closed here.
    """

    def __init__(self, library: Library, opening: Opening) -> None:
        self._library = library
        self._opening = opening
        self._lock = threading.Lock()
        self._held: tuple[Client, Callable[[], object]] | None = None
        self._threads = _threads(opening) if library.aopen is None else None
        # PerLoop must not hold this object: it could not be freed, and its clients with it, before the collector runs.
        self._aheld: PerLoop[tuple[AsyncClient, bool]] = PerLoop(partial(_aopened, library, opening), _aclosed)

    def client(self) -> Client:
        """The client of sync calls.

        Raises:
            ConfigurationError: the user gave a client for async calls alone.
            MissingDependencyError: the library is not installed.
        """
        held = self._held
        if held is None:
            with self._lock:
                held = self._held
                if held is None:
                    held = self._held = self._opened()
        return held[0]

    async def aclient(self) -> AsyncClient:
        """The client of async calls on the running event loop.

        Raises:
            ConfigurationError: the user gave a client for sync calls alone.
            MissingDependencyError: the library is not installed.
        """
        if self._threads is not None:
            from god_llm.http.threads import ThreadedClient  # for libraries without async

            return ThreadedClient(self.client, self._threads)
        if not self._aheld.has_client():
            from anyio.to_thread import run_sync

            await run_sync(_loaded, self._library, self._opening)  # importing an SDK takes up to a second
        return (await self._aheld.get())[0]

    def close(self) -> None:
        """Close the client of sync calls; the next call opens another."""
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            held[1]()

    async def aclose(self) -> None:
        """Close the client of the running event loop; the next call opens another."""
        if self._threads is None:
            await self._aheld.close()
        else:
            self.close()

    def _opened(self) -> tuple[Client, Callable[[], object]]:
        client, ours = _opened(self._library, self._opening)
        # A transport that nobody closes leaves no socket open.
        return client, weakref.finalize(self, client.close) if ours else _keep_open


def _threads(opening: Opening) -> Threads:
    from god_llm.http.threads import DEFAULT_CONCURRENCY, Threads  # for libraries without async

    return Threads(opening.options.max_concurrency or DEFAULT_CONCURRENCY)


def made(given: object) -> object:
    """The client that was given, or that the function that was given makes."""
    return given() if callable(given) else given


def _opened(library: Library, opening: Opening) -> tuple[Client, bool]:
    """A client, and whether it is ours to close."""
    given = _given(opening, "client")
    if given is None:
        with _installed(library, opening):
            library.load(opening)
            return library.open(opening), True
    # `HttpTransport` has refused the option otherwise.
    assert library.adopt is not None
    assert library.accepts is not None
    client = made(given)
    library.accepts(client, False)  # noqa: FBT003 - a callback takes no keywords
    return library.adopt(client), callable(given)


def _aopened(library: Library, opening: Opening) -> tuple[AsyncClient, bool]:
    given = _given(opening, "async_client")
    if given is None:
        assert library.aopen is not None  # `Connections.aclient` has its own way for a library without
        return library.aopen(opening), True
    assert library.aadopt is not None  # as above
    assert library.accepts is not None
    client = made(given)
    library.accepts(client, True)  # noqa: FBT003 - a callback takes no keywords
    return library.aadopt(client), callable(given)


async def _aclosed(held: tuple[AsyncClient, bool]) -> None:
    client, ours = held
    if ours:
        await client.aclose()


def _keep_open() -> None:
    """Leave a client that the user gave alone."""


def _given(opening: Opening, name: str) -> object:
    """The client that the user gave for this kind of call, or None if the user gave none at all."""
    given: object = getattr(opening.options, name)
    if given is None and opening.options.has_client:
        kind = "an async" if name == "async_client" else "a sync"
        raise ConfigurationError(
            f"{kind} call needs {name}=: only {_OTHER[name]}= was given, and no other connection is opened beside it",
            provider=opening.endpoint.provider,
        )
    return given


def _loaded(library: Library, opening: Opening) -> None:
    if not opening.options.has_client:
        with _installed(library, opening):
            library.load(opening)


@contextmanager
def _installed(library: Library, opening: Opening) -> Generator[None, None, None]:
    try:
        yield
    except ImportError as error:
        raise MissingDependencyError(
            f"the SDK for {opening.endpoint.provider} is not installed: pip install '{library.install}'",
            provider=opening.endpoint.provider,
        ) from error
