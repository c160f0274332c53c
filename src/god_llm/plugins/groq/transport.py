"""The groq SDK: the only place that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import SecretStr

from god_llm.domain.timeouts import Timeouts
from god_llm.http.endpoint import Endpoint
from god_llm.http.library import Library
from god_llm.http.options import ConnectionOptions
from god_llm.http.stainless import stainless
from god_llm.http.tls import shared_tls
from god_llm.http.transport import HttpTransport
from god_llm.plugins.groq.errors import failure, read_error
from god_llm.plugins.groq.wire import Request
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    import groq

    SyncClient: TypeAlias = groq.Groq
    AsyncClient: TypeAlias = groq.AsyncGroq

__all__ = ["ENDPOINT", "GroqTransport"]


def _open(base_url: str | None) -> groq.Groq:
    import groq
    import httpx

    return groq.Groq(
        api_key="",
        base_url=base_url,
        max_retries=0,
        http_client=groq.DefaultHttpxClient(verify=shared_tls(httpx.create_ssl_context)),
    )


def _aopen(base_url: str | None) -> groq.AsyncGroq:
    import groq
    import httpx

    return groq.AsyncGroq(
        api_key="",
        base_url=base_url,
        max_retries=0,
        http_client=groq.DefaultAsyncHttpxClient(verify=shared_tls(httpx.create_ssl_context)),
    )


ENDPOINT: Final = Endpoint(
    provider="groq",
    title="Groq",
    path="/openai/v1/chat/completions",
    hosts=("api.groq.com",),
    error=read_error,
    failure=failure,
)
"""Groq's chat completions."""


class GroqTransport(HttpTransport[Request]):
    """Sends requests to Groq.

    Args:
        auth: where the key comes from; by default the environment. None with a client of your own.
        base_url: of the service, without `/openai/v1`; by default `GROQ_BASE_URL`, else the SDK's.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; by default `Timeouts()`.
        headers: sent with each request; a `SecretStr` for what is secret.
        query: parameters that are added to the URL of each request.
        client: a `groq.Groq` of your own for sync calls, or a function that makes one. Its own settings apply.
        async_client: the same for async calls (`groq.AsyncGroq`).
    """

    endpoint: Endpoint = ENDPOINT
    library: Library = stainless("groq", http="httpx", base_url_variable="GROQ_BASE_URL", open=_open, aopen=_aopen)

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
