"""The JSON that crosses a transport socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import JsonValue

__all__ = ["JsonDict", "JsonObject", "JsonValue"]

JsonObject: TypeAlias = Mapping[str, object]
"""A JSON object that nobody has looked into yet: a request, a reply or a stream event."""

JsonDict: TypeAlias = dict[str, JsonValue]
"""A JSON object kept as it came, inside a message."""
