"""One exchange: a request, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from god_llm.domain.plain_json import JsonValue
from god_llm.testing.cassettes.exceptions import CassetteError

__all__ = ["Exchange", "Kind"]

Kind: TypeAlias = Literal["whole", "stream"]
"""Whether a whole reply was asked for, or a stream of events. Sync and async calls are not told apart."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What crossed the socket, as it stands in the file: scrubbed, with bytes in their readable form.

    Attributes:
        kind: what was asked for.
        request: what was sent.
        reply: the whole reply; None for a stream, and where there was an error.
        events: those of a stream that came, in order.
        times: seconds from the request to each event, where they were recorded.
        complete: False for a stream that its reader left early.
        error: what went wrong, after the events; see `failures.told`.
    """

    kind: Kind
    request: dict[str, JsonValue]
    reply: dict[str, JsonValue] | None = None
    events: tuple[dict[str, JsonValue], ...] = ()
    times: tuple[float, ...] = ()
    complete: bool = True
    error: dict[str, JsonValue] | None = None

    def written(self) -> dict[str, JsonValue]:
        """The exchange as an object of the file."""
        known: dict[str, JsonValue] = {"kind": self.kind, "request": self.request}
        if self.reply is not None:
            known["reply"] = self.reply
        if self.kind == "stream":
            known["events"] = [*self.events]
        if self.times:
            known["times"] = [*self.times]
        if not self.complete:
            known["complete"] = False
        if self.error is not None:
            known["error"] = self.error
        return known

    @classmethod
    def read(cls, known: Mapping[str, JsonValue]) -> Exchange:
        """The exchange that an object of the file says.

        Raises:
            CassetteError: it is not what `written` gives.
        """
        match known:
            case {"kind": "whole", "request": dict(request), "reply": dict(reply)}:
                return cls("whole", request, reply)
            case {"kind": "whole", "request": dict(request), "error": dict(error)}:
                return cls("whole", request, error=error)
            case {"kind": "stream", "request": dict(request), "events": list(events)}:
                return cls(
                    "stream",
                    request,
                    events=tuple([event for event in events if isinstance(event, dict)]),
                    times=_times(known),
                    complete=known.get("complete") is not False,
                    error=_object(known.get("error")),
                )
            case _:
                raise CassetteError("a cassette has an exchange without kind, request, and reply, events or error")


def _times(known: Mapping[str, JsonValue]) -> tuple[float, ...]:
    times = known.get("times")
    return tuple([float(t) for t in times if isinstance(t, int | float)]) if isinstance(times, list) else ()


def _object(value: JsonValue) -> dict[str, JsonValue] | None:
    return value if isinstance(value, dict) else None
