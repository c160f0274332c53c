"""What must not reach a file: keys, accounts, and who somebody is.

Known keys are found by their value, everywhere: those that the recorded transport sent, and those that it holds. In the
envelope of a request or reply, and in errors, others are found by their shape, by the name of their field, or by their
place (a URL, a header). The content, which people, models and tools wrote, is never altered for a look-alike. Nothing
depends on the environment of the machine.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

from pydantic import SecretStr

from god_llm.domain.plain_json import JsonValue
from god_llm.http.headers import is_allowed
from god_llm.http.transport import HttpTransport
from god_llm.plugins import registry
from god_llm.protocols import AsyncTransport, AuthSource, Transport

__all__ = ["CONTENT", "SCRUBBED", "remember_keys", "scrubbed", "secrets_of", "without_secrets"]

CONTENT: Final = frozenset(
    {
        # requests
        "messages",
        "input",
        "instructions",
        "system",
        "tools",
        "toolConfig",
        "response_format",
        "format",
        "output_config",
        "outputConfig",
        "text",
        "stop",
        "stop_sequences",
        # replies and events
        "choices",
        "output",
        "content",
        "content_block",
        "contentBlockDelta",
        "contentBlockStart",
        "message",
        "delta",
        "item",
        "part",
        "arguments",
    }
)
"""The fields, at the top of a request, reply or event, in which people, models and tools say something."""
SCRUBBED: Final = "[scrubbed]"
"""What stands in the place of what was taken out."""

_Replacement: TypeAlias = str | Callable[[re.Match[str]], str]

_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Replacement], ...]] = (
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), SCRUBBED),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=\-]{8,}"), rf"\1 {SCRUBBED}"),
    (re.compile(r"(?<=://)[^/\s@?#]+@"), f"{SCRUBBED}@"),
    (
        re.compile(r"(?i)([?&](?:api[-_]?key|key|token|access_token|signature|x-amz-[a-z\-]+)=)[^&\s\"']+"),
        rf"\1{SCRUBBED}",
    ),
    (re.compile(r"\b(arn:aws[a-z\-]*:[a-z0-9\-]*:[a-z0-9\-]*:)\d{12}(?=:)"), r"\g<1>000000000000"),
    (re.compile(r"\b(?:org|proj)[-_][A-Za-z0-9]{8,}"), SCRUBBED),
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_SECRET_FIELD: Final = re.compile(
    r"(?i)(?:.*[-_])?(?:api[-_]?key|authorization|password|secret|secret[-_]?access[-_]?key|access[-_]?key[-_]?id"
    r"|session[-_]?token|access[-_]?token|security[-_]?token|bearer[-_]?token|set-cookie|cookie)"
)
_ACCOUNT_FIELD: Final = re.compile(r"(?i)(?:account|organi[sz]ation|org|project)(?:[-_]?id)?|email|e[-_]mail")
_USER_FIELD: Final = re.compile(r"(?i)(?:end[-_]?)?user(?:[-_]?(?:id|name))?|safety[-_]identifier")
_HEADERS_FIELD: Final = re.compile(r"(?i)(?:http|request|response)?[-_]?headers")
_HARMLESS_HEADERS: Final = frozenset(
    {"content-type", "content-length", "date", "retry-after", "request-id", "x-request-id", "x-amzn-requestid"}
)
_SHORTEST: Final = 8
"""A shorter key would be found in ordinary words."""


@cache
def _key_patterns() -> re.Pattern[str]:
    """The keys of all providers by their shape; the stars of a key that the provider has masked itself count too."""
    patterns = [pattern for name in registry.BUILT_IN for pattern in registry.provider(name).key_patterns]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def scrubbed(value: JsonValue, secrets: Collection[str] = (), field: str = "") -> JsonValue:
    """The value without what must not reach a file.

    Args:
        value: JSON.
        secrets: texts to take out wherever they stand.
        field: the name of the field that holds the value.
    """
    match value:
        case str():
            return _text(value, secrets, field)
        case list():
            return [scrubbed(item, secrets, field) for item in value]
        case dict() if _HEADERS_FIELD.fullmatch(field):
            return {name: _header(name, item, secrets) for name, item in value.items()}
        case dict():
            return {name: scrubbed(item, secrets, name) for name, item in value.items()}
        case _:
            return value


def without_secrets(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    """The value without these texts, and otherwise unchanged: for what people, models and tools say."""
    match value:
        case str():
            return _replaced(value, secrets)
        case list():
            return [without_secrets(item, secrets) for item in value]
        case dict():
            return {name: without_secrets(item, secrets) for name, item in value.items()}
        case _:
            return value


def remember_keys(transport: object) -> None:
    """Make the transport below decorators keep the keys that it sends; see `HttpTransport.remember_keys`."""
    while transport is not None:
        if isinstance(transport, HttpTransport):
            transport.remember_keys()
        transport = getattr(transport, "inner", None)


def secrets_of(transport: object) -> set[str]:
    """The keys that a transport has sent or holds, also below decorators such as retries. No source is asked."""
    found = {text for part in _held(transport) for text in _secrets(part, set())}
    return {text for text in found if len(text) >= _SHORTEST}


def _secrets(part: object, seen: set[int]) -> Iterator[str]:
    """What a part of a transport knows: the transport below it, an auth source and all that this one holds, a key."""
    if id(part) in seen:
        return
    seen.add(id(part))
    match part:
        case SecretStr():
            yield part.get_secret_value()
        case AuthSource():
            identifier = getattr(part, "access_key_id", None)  # AWS's: no secret, but it names an account
            if isinstance(identifier, str):
                yield identifier
            for held in _held(part):
                yield from _secrets(held, seen)
        case dict() | list() | tuple() | deque():
            for held in part.values() if isinstance(part, dict) else part:
                yield from _secrets(held, seen)
        case Transport() | AsyncTransport():
            for held in _held(part):
                yield from _secrets(held, seen)
        case _:
            pass  # an SDK's client, a lock, a number: no keys of ours


def _held(part: object) -> Iterable[object]:
    return [*getattr(part, "__dict__", {}).values()]


def _text(value: str, secrets: Collection[str], field: str) -> str:
    if value and (_SECRET_FIELD.fullmatch(field) or _ACCOUNT_FIELD.fullmatch(field)):
        return SCRUBBED
    value = _replaced(value, secrets)
    if _USER_FIELD.fullmatch(field):
        value = _EMAIL.sub(SCRUBBED, value)
    value = _key_patterns().sub(SCRUBBED, value)
    for pattern, replacement in _PATTERNS:
        value = pattern.sub(replacement, value)
    return value


def _replaced(value: str, secrets: Collection[str]) -> str:
    for known in secrets:
        value = value.replace(known, SCRUBBED)
    return value


def _header(name: str, value: JsonValue, secrets: Collection[str]) -> JsonValue:
    return scrubbed(value, secrets) if name.lower() in _HARMLESS_HEADERS or is_allowed(name) else SCRUBBED
