"""The groq SDK: the only place, with its error table, that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm.dialects.raw_access import ClientOptions, RawAccess, RawTransport
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.groq.errors import translate
from god_llm.plugins.groq.wire import Request
from god_llm.protocols import AuthSource
from god_llm.transports.tls import shared_tls

if TYPE_CHECKING:
    import groq
    import httpx

__all__ = ["GroqTransport"]

_PATH: Final = "/openai/v1/chat/completions"


class GroqTransport(RawTransport[Request]):
    """Sends requests to Groq.

    Args:
        auth: where the key comes from.
        base_url: of the service, without `/openai/v1`; by default `GROQ_BASE_URL`, else the SDK's.
        timeout: seconds without a sign of life from the service; by default the SDK's (60).
    """

    def __init__(self, auth: AuthSource, *, base_url: str | None = None, timeout: float | None = None) -> None:
        super().__init__(_ACCESS, auth, base_url=base_url, timeout=timeout)


class _Client:
    def __init__(self, sdk: groq.Groq) -> None:
        self._sdk = sdk
        self.close = sdk.close

    def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx.Response:
        import groq
        import httpx

        # The SDK hands back the bare response, streamed or not: `cast_to` decides, `stream_cls` is not used.
        response = self._sdk.post(
            _PATH,
            cast_to=httpx.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=groq.Stream[object],
        )
        assert isinstance(response, httpx.Response)
        return response


class _AsyncClient:
    def __init__(self, sdk: groq.AsyncGroq) -> None:
        self._sdk = sdk
        self.aclose = sdk.close

    async def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> httpx.Response:
        import groq
        import httpx

        response = await self._sdk.post(
            _PATH,
            cast_to=httpx.Response,
            body=body,
            options={"headers": headers},
            stream=stream,
            stream_cls=groq.AsyncStream[object],
        )
        assert isinstance(response, httpx.Response)
        return response


def _load() -> None:
    import groq  # noqa: F401 - loaded for its effect


def _open(options: ClientOptions) -> _Client:
    import groq
    import httpx

    return _Client(
        groq.Groq(
            api_key=options.key.get_secret_value(),
            base_url=options.base_url,
            timeout=groq.NOT_GIVEN if options.timeout is None else options.timeout,
            max_retries=0,
            http_client=groq.DefaultHttpxClient(verify=shared_tls(httpx.create_ssl_context)),
        )
    )


def _aopen(options: ClientOptions) -> _AsyncClient:
    import groq
    import httpx

    return _AsyncClient(
        groq.AsyncGroq(
            api_key=options.key.get_secret_value(),
            base_url=options.base_url,
            timeout=groq.NOT_GIVEN if options.timeout is None else options.timeout,
            max_retries=0,
            http_client=groq.DefaultAsyncHttpxClient(verify=shared_tls(httpx.create_ssl_context)),
        )
    )


def _headers(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


_ACCESS: Final = RawAccess(
    provider="groq",
    load=_load,
    open=_open,
    aopen=_aopen,
    headers=_headers,
    streaming={"stream": True},
    translate=translate,
)
