"""Splitting the body of a stream into JSON objects."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, Protocol

from god_llm.domain.exceptions import MalformedResponseError, ProviderError
from god_llm.domain.plain_json import JsonObject

__all__ = ["NDJSON", "SSE", "Framing", "Splitter"]


_JSON: Final = "application/json"


class Splitter(Protocol):
    """Takes a body's bytes as they arrive, cut anywhere, and gives each event once it is whole; used for one body."""

    def feed(self, piece: bytes, /) -> Iterable[JsonObject]:
        """The events that these bytes complete.

        Raises:
            MalformedResponseError: an event is not what the framing says.
        """
        ...

    def finish(self) -> Iterable[JsonObject]:
        """The events that the end of the body completes."""
        ...


class Framing(NamedTuple):
    """One way to send events.

    Attributes:
        media_type: of a body that is framed this way; None accepts every type.
        splitter: makes the splitter of one body.
    """

    media_type: str | None
    splitter: Callable[[], Splitter]

    def split(self, headers: Mapping[str, str], failure: Callable[[JsonObject], ProviderError | None]) -> Splitter:
        """A splitter for a response with these headers.

        Args:
            headers: of the response.
            failure: reads the error out of a JSON body that came instead of a stream.

        Raises:
            MalformedResponseError: the response says that it is something else (a proxy's web page, for example).
        """
        sent = headers.get("content-type")
        if sent and self.media_type and sent.lower().startswith(_JSON):
            from god_llm.http.whole_body import WholeBody  # servers that report errors with status 200

            return WholeBody(failure)
        if sent and self.media_type and not sent.lower().startswith(self.media_type):
            raise MalformedResponseError(
                f"asked for a stream of events ({self.media_type}), the provider sent {sent}; is base_url right?"
            )
        return self.splitter()


def _sse() -> Splitter:
    from god_llm.http.sse import JsonEventSplitter  # with the first stream

    return JsonEventSplitter()


def _ndjson() -> Splitter:
    from god_llm.http.ndjson import ObjectSplitter  # with the first stream

    return ObjectSplitter()


SSE: Final = Framing("text/event-stream", _sse)
"""Server-sent events whose data is JSON."""

NDJSON: Final = Framing(None, _ndjson)
"""One JSON object a line. Servers disagree about the media type, so every one is accepted."""
