"""How errors are written on this wire; the codes are each provider's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from god_llm.dialects.http_errors import ErrorTable, parsed_body, provider_error
from god_llm.domain.exceptions import ProviderError
from god_llm.domain.plain_json import JsonObject

__all__ = ["ErrorWords"]

_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What one provider's codes and types of errors mean.

    Attributes:
        provider: whose they are.
        table: codes and types that say more than a status does.
        vague: those that say less, and count only where there is no status, inside a stream.
        final: codes after which trying again is no use.
    """

    provider: str
    table: ErrorTable
    vague: ErrorTable
    final: frozenset[str] = frozenset()

    def reported(
        self, body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> ProviderError:
        """The error that a body reports: `{"error": {...}}`, `{"error": "text"}`, or the fields with nothing around.

        The last two are of servers that speak like OpenAI; an `error` event of Responses is of the last kind.
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

    def answered(self, text: str, status: int, headers: Mapping[str, str]) -> ProviderError:
        """The error that an HTTP response with an error status is; its body may be no JSON."""
        body = parsed_body(text)
        said: JsonObject = body if isinstance(body, dict) else {"error": {"message": text}}
        return self.reported(said, status=status, headers=headers)


def _word(code: object) -> str | None:
    """A code as text; some servers repeat the status as a number."""
    return code if isinstance(code, str) else str(code) if isinstance(code, int) else None
