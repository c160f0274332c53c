"""The check that every key passes on its way in."""

from __future__ import annotations

from pydantic import SecretStr

from god_llm.domain.exceptions import InvalidAPIKeyError

__all__ = ["secret"]


def secret(provider: str, key: str | SecretStr) -> SecretStr:
    """The key, wrapped.

    Raises:
        InvalidAPIKeyError: it is empty, or has blanks, line breaks or other characters that no HTTP header takes.
    """
    text = key.get_secret_value() if isinstance(key, SecretStr) else key
    if not text:
        raise InvalidAPIKeyError(f"the API key for {provider} is empty", provider=provider)
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise InvalidAPIKeyError(
            f"the API key for {provider} has a blank, a line break or another character that a key can't have"
            " (was it read from a file with its last line break?)",
            provider=provider,
        )
    return key if isinstance(key, SecretStr) else SecretStr(key)
