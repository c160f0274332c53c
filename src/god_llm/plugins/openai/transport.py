"""The openai SDK, for both of OpenAI's APIs: the only place, with its error table, that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm.dialects.raw_access import ClientOptions, RawAccess, RawTransport
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.openai.errors import translate
from god_llm.plugins.openai.responses_wire import ResponsesRequest
from god_llm.plugins.openai.wire import ChatRequest
from god_llm.protocols import AuthSource
from god_llm.transports.tls import shared_tls

if TYPE_CHECKING:
    import httpx2
    import openai

__all__ = ["OpenAIChatTransport", "OpenAIResponsesTransport"]


class OpenAIResponsesTransport(RawTransport[ResponsesRequest]):
    """Sends requests to OpenAI's Responses API.

    Args:
        auth: where the key comes from.
        base_url: of the service, with `/v1`; by default `OPENAI_BASE_URL`, else the SDK's.
        timeout: seconds without a sign of life from the service; by default the SDK's (600).
    """

    def __init__(self, auth: AuthSource, *, base_url: str | None = None, timeout: float | None = None) -> None:
        super().__init__(_RESPONSES, auth, base_url=base_url, timeout=timeout)


class OpenAIChatTransport(RawTransport[ChatRequest]):
    """Sends requests to OpenAI's chat completions, or to a server that speaks like it.

    Args:
        auth: where the key comes from.
        base_url: of the service, with `/v1`; by default `OPENAI_BASE_URL`, else the SDK's.
        timeout: seconds without a sign of life from the service; by default the SDK's (600).
    """

    def __init__(self, auth: AuthSource, *, base_url: str | None = None, timeout: float | None = None) -> None:
        super().__init__(_CHAT, auth, base_url=base_url, timeout=timeout)


class _Client:
    def __init__(self, sdk: openai.OpenAI, path: str) -> None:
        self._sdk = sdk
        self._path = path
        self.close = sdk.close

    def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx2.Response:
        import httpx2
        import openai

        # The SDK hands back the bare response, streamed or not: `cast_to` decides, `stream_cls` is not used.
        response = self._sdk.post(
            self._path,
            cast_to=httpx2.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=openai.Stream[object],
        )
        assert isinstance(response, httpx2.Response)
        return response


class _AsyncClient:
    def __init__(self, sdk: openai.AsyncOpenAI, path: str) -> None:
        self._sdk = sdk
        self._path = path
        self.aclose = sdk.close

    async def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx2.Response:
        import httpx2
        import openai

        response = await self._sdk.post(
            self._path,
            cast_to=httpx2.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=openai.AsyncStream[object],
        )
        assert isinstance(response, httpx2.Response)
        return response


def _load() -> None:
    import openai  # noqa: F401 - loaded for its effect


def _sdk(options: ClientOptions) -> openai.OpenAI:
    import httpx2
    import openai

    return openai.OpenAI(
        api_key=options.key.get_secret_value(),
        base_url=options.base_url,
        timeout=openai.NOT_GIVEN if options.timeout is None else options.timeout,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )


def _async_sdk(options: ClientOptions) -> openai.AsyncOpenAI:
    import httpx2
    import openai

    return openai.AsyncOpenAI(
        api_key=options.key.get_secret_value(),
        base_url=options.base_url,
        timeout=openai.NOT_GIVEN if options.timeout is None else options.timeout,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
    )


def _headers(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _access(path: str, streaming: JsonObject) -> RawAccess:
    """The SDK, used at one of OpenAI's APIs."""
    return RawAccess(
        provider="openai",
        load=_load,
        open=lambda options: _Client(_sdk(options), path),
        aopen=lambda options: _AsyncClient(_async_sdk(options), path),
        headers=_headers,
        streaming=streaming,
        translate=translate,
    )


_RESPONSES: Final = _access("/responses", {"stream": True})
_CHAT: Final = _access("/chat/completions", {"stream": True, "stream_options": {"include_usage": True}})
