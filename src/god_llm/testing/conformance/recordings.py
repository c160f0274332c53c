"""What a plugin's author gives: what the service says, and how it is to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from god_llm.domain.exceptions import ProviderError
from god_llm.domain.plain_json import JsonObject

__all__ = [
    "UNKNOWN",
    "ErrorSample",
    "Kind",
    "Recording",
    "Way",
    "counts_under",
    "with_unknown_fields",
    "without",
    "without_count",
    "without_empty",
]

Way: TypeAlias = Literal["generate", "agenerate", "stream", "astream"]
"""How an answer is asked for."""

Kind: TypeAlias = Literal["sync", "async"]

UNKNOWN = "field_of_tomorrow"
"""A field that no service has."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One answer of the service, as it crosses the transport socket, in both of its forms.

    Attributes:
        name: shown in the names of the tests.
        reply: the whole reply, or None where only the stream is known.
        events: the events of the stream, or None where only the reply is known.
        content: the visible text.
        expected: other attributes of the message, by name (`finish_reason`, `reasoning`, `usage`, ...).
        trailing: how many events come after the provider's own end event; a stream that lacks only those is whole.
        differs: attributes of the message that the service itself states differently in the two forms.
    """

    name: str
    content: str
    reply: JsonObject | None = None
    events: Sequence[JsonObject] | None = None
    expected: Mapping[str, object] = field(default_factory=dict)
    trailing: int = 0
    differs: tuple[str, ...] = ()

    @property
    def streamed(self) -> Sequence[JsonObject]:
        """The events, none where they are not known."""
        return self.events or ()

    def heard(self, way: Way) -> bool:
        """Whether it has the form that this way of asking needs."""
        return (self.events if way.endswith("stream") else self.reply) is not None


@dataclass(frozen=True, kw_only=True)
class ErrorSample:
    """One error of the service, and what it must become.

    Attributes:
        name: shown in the names of the tests.
        raises: the class it is to be.
        carried: by an HTTP reply, in the place of a whole reply's JSON, or as an event of a stream.
        status: of the HTTP reply; else the `status_code` that is expected.
        code: the `code` that is expected: the service's own word.
        headers: of the HTTP reply.
        body: the JSON of the reply or event.
        retry_after: seconds that are expected.
        retryable: what is expected, where it matters.
    """

    name: str
    raises: type[ProviderError]
    body: JsonObject
    carried: Literal["http", "reply", "event"] = "http"
    status: int | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    retryable: bool | None = None

    def heard(self, way: Way) -> bool:
        """Whether it can come up in an answer to this way of asking."""
        return self.carried == "http" or way.endswith("stream") == (self.carried == "event")


def with_unknown_fields(value: object, opaque: frozenset[str]) -> object:
    """The JSON with a field more in each object; what stands under an opaque name is left alone."""
    if isinstance(value, Mapping):
        known = {name: item if name in opaque else with_unknown_fields(item, opaque) for name, item in value.items()}
        return {**known, UNKNOWN: {"any": ["thing", 1]}}
    if isinstance(value, list | tuple):
        return [with_unknown_fields(item, opaque) for item in value]
    return value


def without(value: object, names: frozenset[str]) -> object:
    """The JSON without these fields, at any depth."""
    if isinstance(value, Mapping):
        return {name: without(item, names) for name, item in value.items() if name not in names}
    if isinstance(value, list | tuple):
        return [without(item, names) for item in value]
    return value


def without_empty(value: object, name: str, *, inside: bool = False) -> object:
    """The JSON without empty objects at or below the field of this name; the field itself is then None."""
    if isinstance(value, Mapping):
        items = {key: without_empty(item, name, inside=inside or key == name) for key, item in value.items()}
        kept = {key: item for key, item in items.items() if not inside or item != {}}
        return {key: None if key == name and item == {} else item for key, item in kept.items()}
    if isinstance(value, list | tuple):
        return [without_empty(item, name, inside=inside) for item in value]
    return value


def counts_under(value: object, names: frozenset[str], *, inside: bool = False) -> Iterator[str]:
    """The names of the whole numbers that stand at or below fields of these names."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            below = inside or name in names
            if below and _is_count(item):
                yield name
            yield from counts_under(item, names, inside=below)
    if isinstance(value, list | tuple):
        for item in value:
            yield from counts_under(item, names, inside=inside)


def without_count(value: object, count: str, names: frozenset[str], *, inside: bool = False) -> object:
    """The JSON without the whole number of this name, where it stands at or below fields of these names."""
    if isinstance(value, Mapping):
        return {
            name: without_count(item, count, names, inside=inside or name in names)
            for name, item in value.items()
            if not (name == count and _is_count(item) and (inside or name in names))
        }
    if isinstance(value, list | tuple):
        return [without_count(item, count, names, inside=inside) for item in value]
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
