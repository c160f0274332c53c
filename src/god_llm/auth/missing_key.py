"""The error for a key that was not found."""

from __future__ import annotations

from god_llm.auth.environment import environment_variable
from god_llm.domain.exceptions import MissingAPIKeyError

__all__ = ["missing_key"]


def missing_key(provider: str) -> MissingAPIKeyError:
    """The error that says which key is missing and the two ways to give it."""
    return MissingAPIKeyError(
        f"no API key for {provider}: set the environment variable {environment_variable(provider)},"
        " or pass api_key= (or an auth= source that has one)",
        provider=provider,
    )
