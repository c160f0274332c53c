"""What holds for every key: the check on its way in, and that none leaves in a pickle."""

from __future__ import annotations

from typing import Self

from pydantic import SecretStr

from god_llm.domain.exceptions import InvalidAPIKeyError

__all__ = ["KeyHolder", "secret"]


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


class KeyHolder:
    """A source that holds keys. Its pickle leaves them out; its copy, say by a container, is the source itself."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self
