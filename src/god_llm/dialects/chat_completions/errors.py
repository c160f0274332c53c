"""Reading the errors of this wire; the codes are each provider's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from god_llm.domain.exceptions import ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.errors import ErrorTable, parsed_body, provider_error

__all__ = ["ErrorCodes"]

_TOO_LARGE: Final = 413


class ErrorCodes(NamedTuple):
    """One provider's error codes and types.

    Attributes:
        provider: the provider.
        table: codes and types that say more than a status does.
        vague: those that say less than a status; they count only without one, inside a stream.
        final: codes for which a retry is useless.
    """

    provider: str
    table: ErrorTable
    vague: ErrorTable
    final: frozenset[str] = frozenset()

    def reported(
        self, body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> ProviderError:
        """The error that a body reports: `{"error": {...}}`, `{"error": "text"}`, or the bare fields.

        Servers that speak like OpenAI send the last two; an `error` event of Responses is of the last kind.
        """
        inner = body.get("error")
        details: JsonObject = inner if isinstance(inner, dict) else {"message": inner} if inner else body
        message, code, kind = (details.get(name) for name in ("message", "code", "type"))
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


def _word(code: object) -> str | None:
    """A code as text; some servers repeat the status as a number."""
    return code if isinstance(code, str) else str(code) if isinstance(code, int) else None
