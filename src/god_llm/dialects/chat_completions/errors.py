"""Reading the errors of this wire; the codes are each provider's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from god_llm.dialects.replies import Paths, value_at
from god_llm.domain.exceptions import ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.errors import ErrorTable, parsed_body, provider_error

__all__ = ["ErrorCodes"]

_TOO_LARGE: Final = 413
_ERROR_STATUS: Final = range(400, 600)


class ErrorCodes(NamedTuple):
    """One provider's error codes and types.

    Attributes:
        provider: the provider.
        table: codes and types that say more than a status does.
        vague: those that say less than a status; they count only without one, inside a stream.
        final: codes for which a retry is useless.
        places: the paths, in a reply with status 200, at which an error is reported.
    """

    provider: str
    table: ErrorTable
    vague: ErrorTable
    final: frozenset[str] = frozenset()
    places: Paths = (("error",),)

    def failure(self, reply: JsonObject) -> ProviderError | None:
        """The error that a whole reply or a stream's event reports, or None."""
        found = value_at(reply, self.places)
        if found:
            return self.reported({"error": found})
        if reply.get("object") == "error" or reply.get("type") == "error":
            return self.reported(reply)
        return None

    def reported(
        self, body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> ProviderError:
        """The error that a body reports: `{"error": {...}}`, `{"error": "text"}`, or the bare fields.

        Servers that speak like OpenAI send the last two; an `error` event of Responses is of the last kind. Without a
        status, a code that is one counts as the status: https://openrouter.ai/docs/api/errors.
        """
        inner = body.get("error")
        details: JsonObject = inner if isinstance(inner, dict) else {"message": inner} if inner else body
        message, code, kind = (details.get(name) for name in ("message", "code", "type"))
        status = _status(code) if status is None else status
        codes = (_word(code), _word(kind) if kind != "error" else None)
        return provider_error(
            provider=self.provider,
            message=message if isinstance(message, str) else "",
            status=status,
            codes=codes,
            table=self.table if status else {**self.vague, **self.table},
            headers=headers or {},
            body=body,
            # Groq says `rate_limit_exceeded` of a request that is larger than the limit: it stays so.
            final=frozenset(filter(None, codes)) if status == _TOO_LARGE else self.final,
        )

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
        """The error that a response reports; its body may not be JSON. An `ErrorReader`."""
        text = body.decode(errors="replace")
        parsed = parsed_body(text)
        fields: JsonObject = parsed if isinstance(parsed, dict) else {"error": {"message": text}}
        return self.reported(fields, status=status, headers=headers)


def _status(code: object) -> int | None:
    """A code that is the HTTP status of an error, as a number or in digits."""
    number = int(code) if isinstance(code, str) and code.isdecimal() else code
    return number if type(number) is int and number in _ERROR_STATUS else None


def _word(code: object) -> str | None:
    """A code as text; some servers repeat the status as a number."""
    return code if isinstance(code, str) else str(code) if isinstance(code, int) else None
