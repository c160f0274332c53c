"""JSON objects, one a line (NDJSON), without IO.

https://github.com/ndjson/ndjson-spec
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.json_object import json_object

__all__ = ["ObjectSplitter"]


class ObjectSplitter:
    """Takes bytes as they arrive, cut anywhere, and gives each line's object once the line is whole.

    Lines end with LF or CRLF; blank lines are passed over. Bytes are cut at line ends before they are
    decoded, so that a character cut in two is no concern.
    """

    def __init__(self) -> None:
        self._rest: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[JsonObject]:
        """The objects that these bytes complete.

        Raises:
            MalformedResponseError: a line is not a JSON object.
        """
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = b"".join([*self._rest, lines[0]])
            self._rest.clear()
        if rest:
            self._rest.append(rest)
        for line in lines:
            if line.strip():
                yield json_object(line)

    def finish(self) -> Iterator[JsonObject]:
        """The object of a last line without a line end; one that was cut short is dropped.

        Raises:
            MalformedResponseError: the line is not even the beginning of a JSON object.
        """
        line = b"".join(self._rest).strip()
        self._rest.clear()
        if not line:
            return
        try:
            yield json_object(line)
        except MalformedResponseError:
            if not _begins_an_object(line):
                raise


def _begins_an_object(line: bytes) -> bool:
    try:
        # What is cut in the middle of a character is no UTF-8, but may well be the beginning of an object.
        from_json(line.decode(errors="ignore"), allow_partial=True)
    except ValueError:
        return False
    return line.startswith(b"{")
