"""Keeping secret query parameters out of logs and error texts: HTTP libraries show whole URLs in both."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from typing import Final

from typing_extensions import override

__all__ = ["hide_in_logs", "hide_in_texts"]

_LOGGERS: Final = (
    "httpx",
    "httpx2",
    "anthropic._base_client",
    "groq._base_client",
    "openai._base_client",
    "urllib3.connectionpool",
    "botocore.auth",
    "botocore.endpoint",
    "botocore.hooks",
    "botocore.httpsession",
)


class _HideValues(logging.Filter):
    """Replaces the values of some query parameters in every record. It knows their names, not their values."""

    def __init__(self) -> None:
        super().__init__()
        self.names: frozenset[str] = frozenset()

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = _hidden(text, self.names)
        if hidden != text:
            record.msg, record.args = hidden, ()
        return True


_FILTER: Final = _HideValues()


def hide_in_logs(names: Collection[str]) -> None:
    """From now on, no logger of an HTTP library shows the values of these query parameters."""
    _FILTER.names = _FILTER.names.union(names)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)


def hide_in_texts(error: BaseException | None, names: Collection[str]) -> None:
    """Take the values of query parameters out of the texts of an exception and of those behind it."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.args = tuple(_hidden(arg, names) if isinstance(arg, str) else arg for arg in error.args)
        error = error.__cause__ or error.__context__


def _hidden(text: str, names: Collection[str]) -> str:
    """The text with `name=[hidden]` for each `name=value` of a URL."""
    choice = "|".join(map(re.escape, names))
    return re.sub(rf"([?&](?:{choice})=)[^&\s\"'<>]*", r"\1[hidden]", text)
