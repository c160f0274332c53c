"""Ollama's endpoint, and its transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import SecretStr

from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.http.endpoint import Endpoint
from god_llm.http.framing import NDJSON
from god_llm.http.library import Library
from god_llm.http.ollama_sdk import OLLAMA
from god_llm.http.options import ConnectionOptions
from god_llm.http.transport import HttpTransport
from god_llm.plugins.ollama.errors import failure, read_error
from god_llm.plugins.ollama.wire import Request
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    import ollama

    SyncClient: TypeAlias = ollama.Client
    AsyncClient: TypeAlias = ollama.AsyncClient

__all__ = ["ENDPOINT", "OllamaTransport"]


def _is_last(event: JsonObject) -> bool:
    return event.get("done") is True


ENDPOINT: Final = Endpoint(
    provider="ollama",
    title="Ollama",
    path="/api/chat",
    hosts=("ollama.com",),
    key_required=False,
    streaming={"stream": True},
    whole={"stream": False},  # Ollama streams unless it is told not to
    framing=NDJSON,
    error=read_error,
    failure=failure,
    is_last=_is_last,
)
"""Ollama's chat API."""


class OllamaTransport(HttpTransport[Request]):
    """Sends requests to Ollama.

    Args:
        auth: where the key comes from; a local Ollama needs none. None with a client of your own.
        base_url: of the service, without `/api`; by default `OLLAMA_HOST`, else this machine.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; by default `Timeouts()`.
        headers: sent with each request; a `SecretStr` for what is secret.
        query: parameters that are added to the URL of each request.
        client: an `ollama.Client` of your own for sync calls, or a function that makes one. Its own settings apply.
        async_client: the same for async calls (`ollama.AsyncClient`).
    """

    endpoint: Endpoint = ENDPOINT
    library: Library = OLLAMA

    def __init__(
        self,
        auth: AuthSource | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | Callable[[], SyncClient] | None = None,
        async_client: AsyncClient | Callable[[], AsyncClient] | None = None,
    ) -> None:
        super().__init__(
            auth,
            ConnectionOptions(
                base_url=base_url,
                timeout=timeout,
                headers=headers or {},
                query=query or {},
                client=client,
                async_client=async_client,
            ),
        )
