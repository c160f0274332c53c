"""What can be wrong with a cassette."""

from __future__ import annotations

from god_llm.domain.exceptions import ConfigurationError

__all__ = ["CassetteError", "CassetteMissError"]


class CassetteError(ConfigurationError):
    """A cassette's file can't be read, or something can't be stored in it."""


class CassetteMissError(CassetteError):
    """A cassette has no answer to a request; the message shows how the nearest recorded request differs."""
