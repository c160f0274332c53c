"""HTTP to Parrot: with the error table, the only file that imports httpx, and that on first use."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from god_llm import CustomProvider
from god_llm.dialects.ndjson import ObjectSplitter
from god_llm.dialects.replies import json_object
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.base import missing_key
from god_llm.protocols import AuthSource
from god_llm.transports.bodies import pieces_of
from god_llm.transports.per_loop import PerLoop
from god_llm_parrot.errors import translate
from god_llm_parrot.wire import Request

if TYPE_CHECKING:
    import httpx

__all__ = ["PARROT", "ParrotTransport"]

PARROT: Final = CustomProvider("parrot")
_PATH: Final = "/v1/say"


class ParrotTransport:
    """Sends requests to Parrot. Clients are made on first use: one for all threads, one per event loop.

    Args:
        auth: where the key comes from; it is asked at every request.
        base_url: of the service, without `/v1`.
        timeout: seconds without a sign of life from the service.
    """

    def __init__(self, auth: AuthSource, base_url: str, timeout: float) -> None:
        self._auth = auth
        self._base_url = base_url
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._aclients = PerLoop(lambda: _aopen(base_url, timeout), lambda client: client.aclose())

    @override
    def __reduce__(self) -> tuple[type[ParrotTransport], tuple[AuthSource, str, float]]:
        """The configuration alone: a pickle has no connections, and no keys."""
        return ParrotTransport, (self._auth, self._base_url, self._timeout)

    def send(self, request: Request, /) -> JsonObject:
        """See `Transport.send`."""
        headers = self._headers()
        with _translated():
            response = self._opened().post(_PATH, json=request, headers=headers)
            response.raise_for_status()
        return json_object(response.content)

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`."""
        headers, body = self._headers(), {**request, "pieces": True}
        with _translated(), self._opened().stream("POST", _PATH, json=body, headers=headers) as response:
            if response.is_error:
                response.read()
                response.raise_for_status()
            splitter = ObjectSplitter()
            for piece in response.iter_bytes():
                yield from splitter.feed(piece)
            yield from splitter.finish()

    async def asend(self, request: Request, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        headers = self._headers()
        with _translated():
            response = await (await self._aclients.get()).post(_PATH, json=request, headers=headers)
            response.raise_for_status()
        return json_object(response.content)

    async def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        headers, body = self._headers(), {**request, "pieces": True}
        with _translated():
            client = await self._aclients.get()
            asked = client.build_request("POST", _PATH, json=body, headers=headers)
            response = await client.send(asked, stream=True)
            async with pieces_of(response) as pieces:
                if response.is_error:
                    await response.aread()
                    response.raise_for_status()
                splitter = ObjectSplitter()
                async for piece in pieces:
                    for event in splitter.feed(piece):
                        yield event
                for event in splitter.finish():
                    yield event

    def close(self) -> None:
        """Close the client of sync calls."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        await self._aclients.close()

    def _opened(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                self._client = httpx.Client(base_url=self._base_url, timeout=self._timeout)
            return self._client

    def _headers(self) -> Mapping[str, str]:
        key = self._auth.get_key(PARROT)
        if key is None:
            raise missing_key(PARROT)
        return {"authorization": f"Bearer {key.get_secret_value()}"}


def _aopen(base_url: str, timeout: float) -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(base_url=base_url, timeout=timeout)


@contextmanager
def _translated() -> Generator[None, None, None]:
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise translate(error) from error
