"""A request on its way to an HTTP library."""

from collections.abc import Mapping
from typing import NamedTuple

from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts

__all__ = ["Outgoing"]


class Outgoing(NamedTuple):
    """A request that is ready to be posted.

    Attributes:
        url: a path from the base URL on, or after a redirect a whole URL.
        body: what is sent as JSON.
        headers: beside the library's own. No value shows itself in its `repr`.
        query: parameters to add to the URL.
        timeouts: the time limits; None for the client's own.
    """

    url: str
    body: JsonObject
    headers: Mapping[str, str]
    query: Mapping[str, str]
    timeouts: Timeouts | None
