"""What the simulator was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType

__all__ = ["Received", "without_credentials"]

_CREDENTIAL: Final = re.compile(r"authorization|api-?key|token|secret|cookie|signature", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Received:
    """One request, as it came.

    Attributes:
        wire: whose API was asked, or None for a path that no provider has.
        method, path, query: of the request line; the path is not decoded.
        headers: by lower-case name; a credential reads `<present>`.
        body: parsed JSON, else the text, else None.
    """

    wire: LLMProviderType | None
    method: str
    path: str
    headers: Mapping[str, str]
    body: JsonValue
    query: str = field(default="")


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with each credential replaced by `<present>`."""
    return {name: "<present>" if _CREDENTIAL.search(name) else value for name, value in headers.items()}
