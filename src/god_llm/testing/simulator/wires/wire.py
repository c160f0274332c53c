"""What every wire has: the sides of one exchange that a reply is made from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.script import Answer, Fail, FinishReason
from god_llm.testing.simulator.server import Request

__all__ = [
    "EPOCH",
    "Accepted",
    "Exchange",
    "Json",
    "Keys",
    "Refusal",
    "Turn",
    "Wire",
    "argument_pieces",
    "as_json",
    "digits_of",
    "json_bytes",
    "pieces_of",
    "sse",
    "words",
]

Json: TypeAlias = Mapping[str, object]
Keys: TypeAlias = frozenset[str] | None
"""The keys that are accepted; None takes any."""

EPOCH: Final = 1_767_225_600
"""2026-01-01 00:00:00 UTC: the simulator's clock starts here and ticks once a request, so replies can be compared."""

_PIECE: Final = 8
"""Characters of a streamed piece of a tool call's arguments."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said in the request: its role and its visible text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that the real service would take.

    Attributes:
        model: the name asked for.
        streamed: whether a stream is asked for.
        turns: the conversation, instructions included.
        limit: the most tokens that the answer may have, or None.
        body: the request as sent.
    """

    model: str
    streamed: bool
    turns: Sequence[Turn]
    limit: int | None
    body: Json

    @property
    def last_user_text(self) -> str:
        """What the user said last, or nothing."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user" and turn.text), "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that the real service would not take, and what it says then.

    Attributes:
        fail: status, code and message.
        param: the field that is to blame, for wires that name it.
    """

    fail: Fail
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An accepted request and its answer: all that a reply is made from.

    Attributes:
        number: of the request, from 1; ids and times are made from it.
        asked: the request.
        answer: what is said.
    """

    number: int
    asked: Accepted
    answer: Answer

    @property
    def model(self) -> str:
        """The name of the model that answers."""
        return self.answer.model or self.asked.model

    @property
    def created(self) -> int:
        """When the answer was made, in seconds since 1970."""
        return EPOCH + self.number

    @property
    def finish(self) -> FinishReason:
        """Why the answer ends."""
        return self.answer.finish_reason or ("tool_calls" if self.answer.calls else "stop")

    @property
    def input_tokens(self) -> int:
        """Tokens of the request."""
        given = self.answer.input_tokens
        return max(1, sum(words(turn.text) for turn in self.asked.turns)) if given is None else given

    @property
    def cached_tokens(self) -> int:
        """Tokens of the request that were read from a cache: a share of the input."""
        return min(self.answer.cached_tokens, self.input_tokens)

    @property
    def reasoning_tokens(self) -> int:
        """Tokens of the reasoning: a share of the output."""
        thought = words(self.answer.reasoning or "")
        given = self.answer.output_tokens
        return thought if given is None else min(thought, given)

    @property
    def output_tokens(self) -> int:
        """Tokens of the answer."""
        answer = self.answer
        if answer.output_tokens is not None:
            return answer.output_tokens
        said = words(answer.text) + words(answer.refusal or "") + self.reasoning_tokens
        return said + sum(1 + words(as_json(call.arguments, ", ")) for call in answer.calls)

    @property
    def visible(self) -> str:
        """The text for wires that have no field for a refusal."""
        return self.answer.text + (self.answer.refusal or "")

    def ident(self, prefix: str, length: int = 24, part: int = 0) -> str:
        """An id in the provider's style; `part` tells the ids within one reply apart."""
        return prefix + digits_of(self.number, part, length)


class Wire(Protocol):
    """One provider's API: what it accepts and how it says things."""

    @property
    def provider(self) -> LLMProviderType:
        """Whose API it is."""
        ...

    @property
    def streaming(self) -> str:
        """The content type of its streams."""
        ...

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """Judge a request as the real service does: first the credentials, then what it says."""
        ...

    def whole(self, exchange: Exchange) -> Json:
        """A whole reply."""
        ...

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """A streamed reply, event by event, in bytes as they are sent."""
        ...

    def headers(self, number: int) -> Mapping[str, str]:
        """The headers that each reply has."""
        ...

    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        """The headers and the body of a reply that is an error."""
        ...

    def error_event(self, fail: Fail, number: int) -> bytes:
        """An error inside a stream."""
        ...


def words(text: str) -> int:
    """How many words a text has: the simulator's tokens."""
    return len(text.split())


def pieces_of(text: str, chunk_words: int) -> list[str]:
    """A text in pieces of so many words; joined, they are the text."""
    found = re.findall(r"\s*\S+", text)
    grouped = ["".join(found[start : start + chunk_words]) for start in range(0, len(found), chunk_words)]
    rest = text[sum(len(piece) for piece in grouped) :]
    if rest and grouped:
        grouped[-1] += rest
        return grouped
    return grouped or ([text] if text else [])


def argument_pieces(text: str, chunk_words: int) -> list[str]:
    """The JSON text of a call's arguments in pieces of no particular meaning, as models write it."""
    size = _PIECE * chunk_words
    return [text[start : start + size] for start in range(0, len(text), size)]


def as_json(value: object, comma: str = ",") -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(comma, ":"))


def json_bytes(value: object) -> bytes:
    """A JSON body."""
    return as_json(value).encode()


def sse(data: object, event: str | None = None) -> bytes:
    """One server-sent event; its data is JSON, or text as it is."""
    text = data if isinstance(data, str) else as_json(data)
    return (f"event: {event}\n" if event else "").encode() + f"data: {text}\n\n".encode()


def digits_of(number: int, part: int, length: int) -> str:
    """A number, and one within it, as an id of fixed length."""
    return f"{number:0{length - 2}d}{part:02d}"
