"""An HTTP library or SDK as a value, and what its clients are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from god_llm.domain.exceptions import BaseLLMException
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import HttpFailure
from god_llm.http.options import ConnectionOptions
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    from god_llm.http.client import AsyncClient, Client

__all__ = ["Library", "Opening"]


class Opening(NamedTuple):
    """The arguments of opening a client.

    Attributes:
        endpoint: the service.
        options: how to connect.
        auth: for a library that signs requests itself. Nothing else asks it for a key here.
    """

    endpoint: Endpoint
    options: ConnectionOptions
    auth: AuthSource


def _all_options(_: ConnectionOptions, /) -> None:
    """Accept every option."""


def _nothing_to_load(_: Opening, /) -> None:
    """Load nothing."""


class Library(NamedTuple):
    """An HTTP library or SDK: how to open a client of it, and what its exceptions mean.

    Attributes:
        name: as in `import name`.
        install: what to give to `pip install` if it is missing.
        classify: an exception of the library as one of the three `HttpFailure`s, or as a domain error if it is none
            of them; None for an exception of anything else.
        open: makes a client. It may import the library.
        aopen: the same for async code, inside its event loop; None for a library without async.
        load: imports the library, and does whatever else is slow; called in a thread before `aopen`.
        adopt: makes a `Client` of a library's client that the user gave; None for a transport that calls such a client
            itself.
        aadopt: the same for an async one; None for a library without async.
        accepts: checks the type of a client that the user gave: (client, True for async calls); None for a library
            that takes no client.
        refuse: refuses options that mean nothing to this library.
    """

    name: str
    install: str
    classify: Callable[[Exception], HttpFailure | BaseLLMException | None]
    open: Callable[[Opening], Client]
    aopen: Callable[[Opening], AsyncClient] | None = None
    load: Callable[[Opening], None] = _nothing_to_load
    adopt: Callable[[object], Client] | None = None
    aadopt: Callable[[object], AsyncClient] | None = None
    accepts: Callable[[object, bool], None] | None = None
    refuse: Callable[[ConnectionOptions], None] = _all_options
