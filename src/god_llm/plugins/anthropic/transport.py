"""The anthropic SDK: the only place, with its error table, that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm.dialects.raw_access import ClientOptions, RawAccess, RawTransport
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic.errors import translate
from god_llm.plugins.anthropic.wire import Request
from god_llm.protocols import AuthSource
from god_llm.transports.tls import shared_tls

if TYPE_CHECKING:
    import anthropic
    import httpx2

__all__ = ["AnthropicTransport"]

_PATH: Final = "/v1/messages"


class AnthropicTransport(RawTransport[Request]):
    """Sends requests to Anthropic.

    Args:
        auth: where the key comes from.
        base_url: of the service, without `/v1`; by default the SDK's.
        timeout: seconds without a sign of life from the service; by default the SDK's (600).
    """

    def __init__(self, auth: AuthSource, *, base_url: str | None = None, timeout: float | None = None) -> None:
        super().__init__(_ACCESS, auth, base_url=base_url, timeout=timeout)


class _Client:
    def __init__(self, sdk: anthropic.Anthropic) -> None:
        self._sdk = sdk
        self.close = sdk.close

    def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx2.Response:
        import anthropic
        import httpx2

        # The SDK hands back the bare response, streamed or not: `cast_to` decides, `stream_cls` is not used.
        response = self._sdk.post(
            _PATH,
            cast_to=httpx2.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=anthropic.Stream[object],
        )
        assert isinstance(response, httpx2.Response)
        return response


class _AsyncClient:
    def __init__(self, sdk: anthropic.AsyncAnthropic) -> None:
        self._sdk = sdk
        self.aclose = sdk.close

    async def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx2.Response:
        import anthropic
        import httpx2

        response = await self._sdk.post(
            _PATH,
            cast_to=httpx2.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=anthropic.AsyncStream[object],
        )
        assert isinstance(response, httpx2.Response)
        return response


def _load() -> None:
    import anthropic  # noqa: F401 - loaded for its effect


def _open(options: ClientOptions) -> _Client:
    import anthropic
    import httpx2

    return _Client(
        anthropic.Anthropic(
            api_key=options.key.get_secret_value(),
            base_url=options.base_url,
            timeout=anthropic.NOT_GIVEN if options.timeout is None else options.timeout,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
        )
    )


def _aopen(options: ClientOptions) -> _AsyncClient:
    import anthropic
    import httpx2

    return _AsyncClient(
        anthropic.AsyncAnthropic(
            api_key=options.key.get_secret_value(),
            base_url=options.base_url,
            timeout=anthropic.NOT_GIVEN if options.timeout is None else options.timeout,
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(verify=shared_tls(httpx2.create_ssl_context)),
        )
    )


def _headers(key: str) -> Mapping[str, str]:
    return {"X-Api-Key": key}


_ACCESS: Final = RawAccess(
    provider="anthropic",
    load=_load,
    open=_open,
    aopen=_aopen,
    headers=_headers,
    streaming={"stream": True},
    translate=translate,
)
