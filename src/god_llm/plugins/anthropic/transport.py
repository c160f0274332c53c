"""The anthropic SDK: the only place that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import SecretStr

from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.http.endpoint import Endpoint
from god_llm.http.library import Library
from god_llm.http.options import ConnectionOptions
from god_llm.http.stainless import stainless
from god_llm.http.tls import shared_tls
from god_llm.http.transport import HttpTransport
from god_llm.plugins.anthropic.errors import failure, read_error
from god_llm.plugins.anthropic.wire import Request
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    import anthropic

    SyncClient: TypeAlias = (
        anthropic.Anthropic | anthropic.AnthropicVertex | anthropic.AnthropicGoogleCloud | anthropic.AnthropicAWS
    )
    AsyncClient: TypeAlias = (
        anthropic.AsyncAnthropic
        | anthropic.AsyncAnthropicVertex
        | anthropic.AsyncAnthropicGoogleCloud
        | anthropic.AsyncAnthropicAWS
    )

__all__ = ["ENDPOINT", "AnthropicTransport"]


def _open(base_url: str | None) -> anthropic.Anthropic:
    import anthropic
    import httpx2

    sdk = anthropic.Anthropic(
        api_key="",
        base_url=base_url,
        max_retries=0,
        http_client=anthropic.DefaultHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )
    sdk.api_key = None  # without a value above, the SDK would look for keys itself
    return sdk


def _aopen(base_url: str | None) -> anthropic.AsyncAnthropic:
    import anthropic
    import httpx2

    sdk = anthropic.AsyncAnthropic(
        api_key="",
        base_url=base_url,
        max_retries=0,
        http_client=anthropic.DefaultAsyncHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )
    sdk.api_key = None  # as above
    return sdk


def _is_last(event: JsonObject) -> bool:
    return event.get("type") == "message_stop"


ENDPOINT: Final = Endpoint(
    provider="anthropic",
    title="Anthropic",
    path="/v1/messages",
    hosts=("api.anthropic.com",),
    key_header="X-Api-Key",
    key_prefix="",
    header_fields={
        "betas": "anthropic-beta",
        "user_profile_id": "anthropic-user-profile-id",
        "workspace_id": "anthropic-workspace-id",
    },
    error=read_error,
    failure=failure,
    preamble=frozenset({"message_start", "ping"}),
    keep_alive=frozenset({"ping"}),
    is_last=_is_last,
)
"""Anthropic's Messages API."""


class AnthropicTransport(HttpTransport[Request]):
    """Sends requests to Anthropic.

    Args:
        auth: where the key comes from; by default the environment. None with a client of your own.
        base_url: of the service, without `/v1`; by default `ANTHROPIC_BASE_URL`, else the SDK's.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; by default `Timeouts()`.
        headers: sent with each request; a `SecretStr` for what is secret.
        query: parameters that are added to the URL of each request.
        client: a client of your own (`Anthropic`, `AnthropicFoundry`, `AnthropicVertex`, ...) for sync calls, or a
            function that makes one. Its own settings apply.
        async_client: the same for async calls (`AsyncAnthropic`, ...).
    """

    endpoint: Endpoint = ENDPOINT
    library: Library = stainless(
        "anthropic", http="httpx2", base_url_variable="ANTHROPIC_BASE_URL", open=_open, aopen=_aopen
    )

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
