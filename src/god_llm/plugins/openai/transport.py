"""The openai SDK, for both of OpenAI's APIs: the only place that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar, overload

from pydantic import SecretStr

from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.http.endpoint import Endpoint
from god_llm.http.library import Library
from god_llm.http.options import ConnectionOptions
from god_llm.http.stainless import stainless
from god_llm.http.tls import shared_tls
from god_llm.http.transport import HttpTransport
from god_llm.plugins.openai.chat_completions.wire import Request as ChatRequest
from god_llm.plugins.openai.errors import failure, read_error, response_failure
from god_llm.plugins.openai.responses.wire import Request as ResponsesRequest
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    import openai

    SyncClient: TypeAlias = openai.OpenAI | Callable[[], openai.OpenAI]
    AsyncClient: TypeAlias = openai.AsyncOpenAI | Callable[[], openai.AsyncOpenAI]

__all__ = ["ENDPOINTS", "OpenAIChatTransport", "OpenAIResponsesTransport", "OpenAITransport"]

OpenAIAPI: TypeAlias = Literal["responses", "chat_completions"]
RequestT = TypeVar("RequestT", bound=JsonObject)


def _open(base_url: str | None) -> openai.OpenAI:
    import httpx2
    import openai

    sdk = openai.OpenAI(
        api_key="-",
        base_url=base_url,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )
    sdk.api_key = ""  # without a value above, the SDK would look for a key itself
    sdk.admin_api_key = None
    return sdk


def _aopen(base_url: str | None) -> openai.AsyncOpenAI:
    import httpx2
    import openai

    sdk = openai.AsyncOpenAI(
        api_key="-",
        base_url=base_url,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )
    sdk.api_key = ""  # as above
    sdk.admin_api_key = None
    return sdk


_LAST: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})


def _is_last(event: JsonObject) -> bool:
    return event.get("type") in _LAST


ENDPOINTS: Final[Mapping[OpenAIAPI, Endpoint]] = {
    "responses": Endpoint(
        provider="openai",
        title="OpenAI",
        path="/responses",
        hosts=("api.openai.com",),
        error=read_error,
        failure=response_failure,
        preamble=frozenset({"response.created", "response.in_progress", "response.queued"}),
        is_last=_is_last,
    ),
    "chat_completions": Endpoint(
        provider="openai",
        title="OpenAI",
        path="/chat/completions",
        hosts=("api.openai.com",),
        # Mistral refuses the option, and sends the token counts without it.
        optional={"stream_options": {"include_usage": True}},
        error=read_error,
        failure=failure,
    ),
}
"""OpenAI's two APIs."""


class OpenAITransport(HttpTransport[RequestT]):
    """Sends requests to OpenAI, or to a server that speaks one of its APIs.

    Args:
        auth: where the key comes from; by default the environment. None with a client of your own.
        api: `"responses"`, or `"chat_completions"`, which most compatible servers speak.
        base_url: of the service, with `/v1`; by default `OPENAI_BASE_URL`, else the SDK's.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; by default `Timeouts()`.
        headers: sent with each request; a `SecretStr` for what is secret.
        query: parameters that are added to the URL of each request.
        client: a client of your own (`openai.OpenAI`, `openai.AzureOpenAI`) for sync calls, or a function that makes
            one. Its own settings apply.
        async_client: the same for async calls (`openai.AsyncOpenAI`, `openai.AsyncAzureOpenAI`).
    """

    endpoint: Endpoint = ENDPOINTS["responses"]
    library: Library = stainless("openai", http="httpx2", base_url_variable="OPENAI_BASE_URL", open=_open, aopen=_aopen)

    @overload
    def __init__(
        self: OpenAITransport[ResponsesRequest],
        auth: AuthSource | None = None,
        *,
        api: Literal["responses"] = "responses",
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | None = None,
        async_client: AsyncClient | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self: OpenAITransport[ChatRequest],
        auth: AuthSource | None = None,
        *,
        api: Literal["chat_completions"],
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | None = None,
        async_client: AsyncClient | None = None,
    ) -> None: ...

    def __init__(
        self,
        auth: AuthSource | None = None,
        *,
        api: OpenAIAPI = "responses",
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | None = None,
        async_client: AsyncClient | None = None,
    ) -> None:
        self.endpoint = ENDPOINTS[api]
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


class OpenAIResponsesTransport(OpenAITransport[ResponsesRequest]):
    """Sends requests to OpenAI's Responses API: `OpenAITransport(api="responses")`.

    Args:
        auth, base_url, timeout, headers, query, client, async_client: see `OpenAITransport`.
    """

    def __init__(
        self,
        auth: AuthSource | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | None = None,
        async_client: AsyncClient | None = None,
    ) -> None:
        super().__init__(
            auth,
            api="responses",
            base_url=base_url,
            timeout=timeout,
            headers=headers,
            query=query,
            client=client,
            async_client=async_client,
        )


class OpenAIChatTransport(OpenAITransport[ChatRequest]):
    """Sends requests to chat completions: `OpenAITransport(api="chat_completions")`.

    Args:
        auth, base_url, timeout, headers, query, client, async_client: see `OpenAITransport`.
    """

    endpoint: Endpoint = ENDPOINTS["chat_completions"]

    def __init__(
        self,
        auth: AuthSource | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | None = None,
        async_client: AsyncClient | None = None,
    ) -> None:
        super().__init__(
            auth,
            api="chat_completions",
            base_url=base_url,
            timeout=timeout,
            headers=headers,
            query=query,
            client=client,
            async_client=async_client,
        )
