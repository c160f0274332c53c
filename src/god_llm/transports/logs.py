"""Log records of the library: one logger per layer, fields without content or secrets.

`god_llm.calls` has the records of calls, `god_llm.retries` those of retries. Nothing is printed unless the application
configures logging.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from god_llm.domain.exceptions import ProviderError

__all__ = ["CALLS", "RETRIES", "Fields", "error_fields", "write"]

CALLS: Final = logging.getLogger("god_llm.calls")
"""The logger of calls: requests, answers, failures."""
RETRIES: Final = logging.getLogger("god_llm.retries")
"""The logger of retries."""

Fields: TypeAlias = Mapping[str, object]
"""The fields of a record: arguments of its message, and attributes of the record."""

# Without a handler of ours, logging's last resort would print warnings and errors on stderr.
logging.getLogger("god_llm").addHandler(logging.NullHandler())

_IDENTIFIER: Final = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)


def write(logger: logging.Logger, level: int, template: str, fields: Fields) -> None:
    """Log a message whose `%(name)s` placeholders are fields; each field is an attribute of the record too."""
    logger.log(level, template, fields, extra=fields)


def error_fields(error: BaseException) -> Fields:
    """The fields of a record about an error: its class, and status, code and request id of a provider's error.

    Never its text or body, which can hold the prompt or a key. A code or request id that is no identifier is left out.
    """
    known = error if isinstance(error, ProviderError) else None
    return {
        "error": type(error).__name__,
        "status": known and known.status_code,
        "code": known and _identifier(known.code),
        "request_id": known and _identifier(known.request_id),
    }


def _identifier(text: str | None) -> str | None:
    return text if text is not None and _IDENTIFIER.fullmatch(text) else None
