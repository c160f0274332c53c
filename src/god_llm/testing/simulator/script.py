"""What the simulator is told to say: one item for each request, in turn."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["Answer", "Call", "Delay", "Drop", "Fail", "FinishReason", "Raw", "Scripted", "Truncate", "check"]

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter"]
"""Why the simulated model stopped; each wire says it in its provider's word."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that the model asks for.

    Attributes:
        name: of the tool.
        arguments: by name; anything JSON can say.
        id: by default one in the provider's style, the same for the same request number.

    Raises:
        ValueError: there is no name, or the arguments are not JSON.
    """

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    id: str | None = None

    def __post_init__(self) -> None:
        _require(bool(self.name), "a Call needs the name of a tool")
        _require(isinstance(self.arguments, Mapping), "the arguments of a Call are a mapping, by name")
        try:
            json.dumps(dict(self.arguments), allow_nan=False)
        except TypeError as error:
            raise ValueError(f"the arguments of the call of {self.name!r} are not JSON: {error}") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says. It is given only to a request that the real service would take.

    Attributes:
        text: what is seen.
        reasoning: what was thought before.
        calls: tools to call, after the text.
        refusal: the model's words for refusing; a provider without a field for them sends them as text.
        finish_reason: by default `tool_calls` where there are calls, else `stop`.
        input_tokens, output_tokens: by default the words of the request and of the answer.
        cached_tokens: the share of the input that was read from a cache; Ollama has no such count.
        chunk_words: how many words one event of a stream has.
        pause: seconds between two events of a stream.
        model: the provider's name of the model that answered; by default the one asked for.

    Raises:
        ValueError: a number is out of its range, or something is not what it should be.
    """

    text: str = ""
    reasoning: str | None = None
    calls: tuple[Call, ...] = ()
    refusal: str | None = None
    finish_reason: FinishReason | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    chunk_words: int = 1
    pause: float = 0.0
    model: str | None = None

    def __post_init__(self) -> None:
        texts: tuple[object, ...] = (self.text, self.reasoning or "", self.refusal or "", self.model or "")
        _require(all(isinstance(text, str) for text in texts), "what an Answer says is str")
        calls: object = self.calls
        _require(
            isinstance(calls, tuple) and all(isinstance(call, Call) for call in calls),
            "the calls of an Answer are a tuple of Call",
        )
        reasons = get_args(FinishReason)
        _require(self.finish_reason in {None, *reasons}, f"finish_reason is one of {', '.join(reasons)}")
        _require(self.chunk_words >= 1, "chunk_words is at least 1")
        _require(math.isfinite(self.pause) and self.pause >= 0, "pause is in seconds, not negative")
        for name in ("input_tokens", "output_tokens", "cached_tokens"):
            count = getattr(self, name)
            _require(count is None or (isinstance(count, int) and count >= 0), f"{name} is a count, not negative")


@dataclass(frozen=True, slots=True)
class Fail:
    """The service reports an error, in the shape of whichever wire is asked.

    Attributes:
        status: 400 to 599.
        code: the provider's own word (`insufficient_quota`, `overloaded_error`, `ThrottlingException`); by
            default the one that the provider uses with that status. Ollama's errors have none.
        message: the provider's words.
        headers: further ones, `retry-after` say.
        after: None: the status of the reply. A number: a stream begins well, and that many events later the
            error is reported inside it; a whole reply is refused all the same.

    Raises:
        ValueError: a number is out of its range.
    """

    status: int
    code: str | None = None
    message: str = "the simulator was told to fail"
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int | None = None

    def __post_init__(self) -> None:
        _require(_FIRST_ERROR <= self.status <= _LAST_STATUS, f"{self.status} is not the status of an error")
        _require(self.after is None or self.after >= 0, "after counts events: it is not negative")
        _check_headers(self.headers)


@dataclass(frozen=True, slots=True)
class Raw:
    """Exactly these bytes, whatever was asked, for replies that are malformed.

    Raises:
        ValueError: the status or a header can't be sent.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: bytes = b""

    def __post_init__(self) -> None:
        _require(_FIRST_STATUS <= self.status <= _LAST_STATUS, f"{self.status} is not the status of a reply")
        _require(isinstance(self.body, bytes), "the body of a Raw is bytes")
        _check_headers(self.headers)


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is cut: before any headers, or after that many events of a stream.

    With `after` above 0 a whole reply is cut in its middle.

    Attributes:
        after: how many events come through.
        answer: what is said until then; by default the unscripted answer.

    Raises:
        ValueError: `after` is negative.
    """

    after: int = 0
    answer: Answer | None = None

    def __post_init__(self) -> None:
        _require(self.after >= 0, "after counts events: it is not negative")


@dataclass(frozen=True, slots=True)
class Truncate:
    """A stream ends after that many events: cleanly for HTTP, without the provider's own end.

    A whole reply ends in its middle, with a `content-length` to match.

    Attributes:
        after: how many events come through.
        answer: what is said until then; by default the unscripted answer.

    Raises:
        ValueError: `after` is negative.
    """

    after: int
    answer: Answer | None = None

    def __post_init__(self) -> None:
        _require(self.after >= 0, "after counts events: it is not negative")


@dataclass(frozen=True, slots=True)
class Delay:
    """A pause before the reply begins.

    Attributes:
        seconds: how long.
        then: what comes after it; by default the unscripted answer.

    Raises:
        ValueError: the time is negative or endless, or `then` can't be said.
    """

    seconds: float
    then: Scripted | None = None

    def __post_init__(self) -> None:
        _require(math.isfinite(self.seconds) and self.seconds >= 0, "seconds is a time, not negative")
        if self.then is not None:
            check(self.then)


Scripted: TypeAlias = Answer | Fail | Raw | Drop | Truncate | Delay
"""Whatever a script can hold."""

_FIRST_STATUS: Final = 200
_FIRST_ERROR: Final = 400
_LAST_STATUS: Final = 599


def check(item: object) -> None:
    """Make sure that a script can hold the item.

    Raises:
        ValueError: it can't.
    """
    _require(isinstance(item, Answer | Fail | Raw | Drop | Truncate | Delay), f"a script can't hold {item!r}")


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        text = f"{name}{value}"
        _require(bool(name) and text.isascii() and text.isprintable(), f"the header {name!r} can't be sent")


def _require(met: bool, otherwise: str) -> None:
    if not met:
        raise ValueError(otherwise)
