"""How long to wait."""

from __future__ import annotations

from god_llm.domain.exceptions import InvalidSettingError

__all__ = ["checked_timeout"]


def checked_timeout(seconds: float | None) -> float | None:
    """The timeout, or None for the SDK's own.

    Raises:
        InvalidSettingError: it is not above 0.
    """
    if seconds is not None and not seconds > 0:
        raise InvalidSettingError(f"timeout must be above 0 seconds, not {seconds}")
    return seconds
