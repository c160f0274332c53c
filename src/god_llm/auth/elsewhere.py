"""Which keys may go to a server that is not the provider's own."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from god_llm.protocols import AuthSource

__all__ = ["elsewhere"]


@runtime_checkable
class _SupportsElsewhere(Protocol):
    def elsewhere(self) -> AuthSource: ...


def elsewhere(source: AuthSource) -> AuthSource:
    """The source without the keys that are only for the provider's own hosts.

    A key in a provider's usual environment variable (`OPENAI_API_KEY`) was not put there for whatever server a
    `base_url` names. A key that the user named for a request, in code or by a variable, was. A source without the
    method `elsewhere()` is returned unchanged.
    """
    return source.elsewhere() if isinstance(source, _SupportsElsewhere) else source
