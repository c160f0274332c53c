"""What crosses a transport as JSON that a file can hold, and back: Bedrock's bytes have a readable form.

Bytes become `{"$bytes": "<base64>"}`. A real object's key of that name gets one more `$` in front, and loses it
again, so that everything comes back as it was.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final

from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.testing.cassettes.exceptions import CassetteError

__all__ = ["restored", "restored_object", "stored", "stored_object"]

_BYTES: Final = "$bytes"
_LOOKS_LIKE_BYTES: Final = re.compile(r"\$+bytes")


def stored(value: object) -> JsonValue:
    """The value as JSON, copied.

    Raises:
        CassetteError: it holds something that is neither JSON nor bytes.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | bytearray() | memoryview():
            return {_BYTES: base64.b64encode(value).decode("ascii")}
        case Mapping():
            return {_escaped(str(key)): stored(item) for key, item in value.items()}
        case list() | tuple():
            return [stored(item) for item in value]
        case _:
            raise CassetteError(f"a cassette holds JSON and bytes, not a {type(value).__name__}")


def restored(value: JsonValue) -> object:
    """What `stored` was given; tuples come back as lists.

    Raises:
        CassetteError: what stands for bytes is not base64.
    """
    match value:
        case {"$bytes": str(text), **others} if not others:
            try:
                return base64.b64decode(text, validate=True)
            except binascii.Error as error:
                raise CassetteError(f"a cassette has bytes that are not base64: {error}") from error
        case dict():
            return {_unescaped(key): restored(item) for key, item in value.items()}
        case list():
            return [restored(item) for item in value]
        case _:
            return value


def stored_object(value: JsonObject) -> dict[str, JsonValue]:
    """`stored`, for an object."""
    return {_escaped(str(key)): stored(item) for key, item in value.items()}


def restored_object(value: Mapping[str, JsonValue]) -> JsonObject:
    """`restored`, for an object."""
    return {_unescaped(key): restored(item) for key, item in value.items()}


def _escaped(key: str) -> str:
    return "$" + key if _LOOKS_LIKE_BYTES.fullmatch(key) else key


def _unescaped(key: str) -> str:
    return key[1:] if _LOOKS_LIKE_BYTES.fullmatch(key) else key
