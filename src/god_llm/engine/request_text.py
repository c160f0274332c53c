"""The one check of a request's text."""

from __future__ import annotations

from collections.abc import Mapping

from god_llm.domain.exceptions import PromptError

__all__ = ["refuse_lone_surrogates"]


def refuse_lone_surrogates(request: object, provider: str, model: str) -> None:
    """Accept a request whose text UTF-8 can encode.

    Raises:
        PromptError: a text has half of a surrogate pair, for example an emoji that was cut in two.
    """
    pending = [request]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if not value.isascii():
                _check(value, provider, model)
        elif isinstance(value, Mapping):
            pending.extend(value.keys())
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)


def _check(text: str, provider: str, model: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        start = max(0, error.start - 20)
        around = text[start : error.end + 20].encode("ascii", "backslashreplace").decode()
        raise PromptError(
            f"the prompt has half of a surrogate pair, which UTF-8 can't encode, at character {error.start}:"
            f" {around!r}; nothing was sent. Decode the text with errors='replace', or don't cut it inside a character",
            provider=provider,
            model=model,
        ) from None
