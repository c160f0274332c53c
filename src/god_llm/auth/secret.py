"""What holds for every key: the check on its way in, and that none leaves in a pickle."""

from __future__ import annotations

from typing import Self

from pydantic import SecretStr

from god_llm.domain.exceptions import InvalidAPIKeyError

__all__ = ["KeyHolder", "optional_secret", "secret"]


def secret(provider: str, key: str | SecretStr) -> SecretStr:
    """The key, wrapped. No frame holds its text when an error is raised.

    Raises:
        InvalidAPIKeyError: it is empty, or has a blank, a line break or another character that no header can hold.
    """
    held = key if isinstance(key, SecretStr) else SecretStr(key)
    del key
    if not held.get_secret_value():
        raise InvalidAPIKeyError(f"the API key for {provider} is empty: give one, or none at all", provider=provider)
    if not _fits_a_header(held):
        raise InvalidAPIKeyError(
            f"the API key for {provider} has a blank, a line break or another character that a key can't have:"
            " give it without (was it read from a file with its last line break?)",
            provider=provider,
        )
    return held


def optional_secret(provider: str, key: str | SecretStr | None) -> SecretStr | None:
    """As `secret`, or None for None. Pass it what a source returns, without a variable in between."""
    if key is None:
        return None
    held = key if isinstance(key, SecretStr) else SecretStr(key)
    del key
    return secret(provider, held)


def _fits_a_header(key: SecretStr) -> bool:
    text = key.get_secret_value()
    return text.isascii() and text.isprintable() and " " not in text


class KeyHolder:
    """A source that holds keys. Its pickle leaves them out; its copy, say by a container, is the source itself."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self
