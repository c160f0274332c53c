"""A JSON body in answer to a request for a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from god_llm.domain.exceptions import MalformedResponseError, ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.json_object import excerpt, json_object

__all__ = ["WholeBody"]


class WholeBody:
    """Reads the body to its end, and raises the error that it reports. It is never read as an answer.

    Args:
        failure: the error that a JSON object reports, or None.
    """

    def __init__(self, failure: Callable[[JsonObject], ProviderError | None]) -> None:
        self._failure = failure
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> Iterable[JsonObject]:
        """No event: the body is kept until its end."""
        self._pieces.append(piece)
        return ()

    def finish(self) -> Iterable[JsonObject]:
        """Raise the error that the body reports.

        Raises:
            ProviderError: the body reports an error.
            MalformedResponseError: it is something else.
        """
        body = b"".join(self._pieces)
        failure = self._failure(json_object(body))
        raise failure or MalformedResponseError(
            f"the provider answered a request for a stream with one JSON body: {excerpt(body)};"
            " call generate() instead of stream(), or check base_url"
        )
