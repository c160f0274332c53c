"""Bedrock's endpoint, and its transport: over botocore's parts, or through a client of boto3's that the user gave."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from pydantic import SecretStr
from typing_extensions import override

from god_llm.distribution import requirement
from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, PromptError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.http.endpoint import Endpoint
from god_llm.http.event_stream import event_stream
from god_llm.http.frames import forget_frames
from god_llm.http.headers import RESPONSE_HEADERS, allowed_headers
from god_llm.http.library import Library
from god_llm.http.options import ConnectionOptions
from god_llm.http.threads import DEFAULT_CONCURRENCY, InThread, Threads
from god_llm.http.transport import HttpTransport
from god_llm.plugins.bedrock.client import open_client
from god_llm.plugins.bedrock.errors import classify, read_error, read_event_error
from god_llm.plugins.bedrock.wire import Event, Request
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    import boto3
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

    from god_llm.plugins.bedrock.boto3_client import Boto3Calls

    SyncClient: TypeAlias = boto3.Session | BedrockRuntimeClient

__all__ = ["DEFAULT_CONCURRENCY", "ENDPOINT", "BedrockTransport"]


def _path(request: JsonObject, stream: bool) -> str:
    model = request.get("modelId")
    if not isinstance(model, str):
        raise PromptError("the request names no model: `modelId` must be a text", provider="bedrock")
    try:
        return f"/model/{quote(model, safe='')}/{'converse-stream' if stream else 'converse'}"
    except UnicodeError as error:
        raise PromptError(
            "a URL can't hold the model's name: `modelId` has a lone surrogate", provider="bedrock"
        ) from error


def _facts(status: int, headers: Mapping[str, str]) -> JsonObject:
    """The metadata that boto3 adds to a response, and the response headers under the key that every provider has."""
    kept = allowed_headers(headers)
    request_id = {"RequestId": headers["x-amzn-requestid"]} if "x-amzn-requestid" in headers else {}
    metadata = {**request_id, "HTTPStatusCode": status, "HTTPHeaders": kept, "RetryAttempts": 0}
    return {"ResponseMetadata": metadata, **({RESPONSE_HEADERS: kept} if kept else {})}


def _is_last(event: JsonObject) -> bool:
    return "metadata" in event


ENDPOINT: Final = Endpoint(
    provider="bedrock",
    title="Bedrock",
    path=_path,
    path_fields=frozenset({"modelId"}),
    hosts=(
        "bedrock-runtime.*.amazonaws.com",
        "bedrock-runtime-fips.*.amazonaws.com",
        "bedrock-runtime.*.vpce.amazonaws.com",
        "bedrock-runtime.*.api.aws",
        "bedrock-runtime-fips.*.api.aws",
        "bedrock-runtime.*.amazonaws.com.cn",
        "bedrock-runtime.*.api.amazonwebservices.com.cn",
    ),
    key_required=False,  # requests are signed instead
    streaming={},
    framing=event_stream(Event.__annotations__.keys(), read_event_error),
    error=read_error,
    facts=_facts,
    is_last=_is_last,
)
"""Bedrock's Converse API."""


def _refuse(options: ConnectionOptions) -> None:
    if options.async_client is not None:
        raise ConfigurationError(
            "bedrock takes no async_client=: boto3 has no async, so async calls use client= in threads",
            provider="bedrock",
        )


def _accepts(client: object, of_async: bool) -> None:  # noqa: ARG001 - a callback of `Library`
    from god_llm.plugins.bedrock.boto3_client import check_client  # few users have a client of their own

    check_client(client)


class BedrockTransport(HttpTransport[Request]):
    """Sends requests to Bedrock.

    A key of `auth` (a Bedrock API key) is sent as a bearer token. Without one, requests are signed: with what an
    `AWSAuth` says, otherwise with what AWS's own chain finds. botocore has no async, so async calls run in threads; a
    cancelled one, or an async stream that is left early, gives up its connection and its thread at once.

    Args:
        auth: how to sign in; by default AWS's own ways. None with a client of your own.
        region: by default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
        base_url: of the service; by default the region's.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; by default `Timeouts()`.
        max_concurrency: how many async calls may be under way at a time, for one event loop (64 by default); further
            ones wait. As many connections are kept open.
        headers: sent, and signed, with each request; a `SecretStr` for what is secret.
        query: parameters that are added to the URL of each request.
        client: a `boto3.Session` or a `bedrock-runtime` client of your own, or a function that makes one. Calls then
            go through boto3 itself. Its own settings apply, but for its retries.
    """

    endpoint: Endpoint = ENDPOINT
    library: Library = Library(
        name="botocore",
        install=requirement("bedrock"),
        open=open_client,
        accepts=_accepts,
        refuse=_refuse,
        classify=classify,
    )

    def __init__(
        self,
        auth: AuthSource | None = None,
        *,
        region: str | None = None,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        max_concurrency: int | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: SyncClient | Callable[[], SyncClient] | None = None,
    ) -> None:
        super().__init__(
            auth,
            ConnectionOptions(
                region=region,
                base_url=base_url,
                timeout=timeout,
                max_concurrency=max_concurrency,
                headers=headers or {},
                query=query or {},
                client=client,
            ),
        )

    @override
    def send(self, request: Request, /) -> JsonObject:
        """See `Transport.send`. The reply also has `ResponseMetadata`, as boto3's has."""
        if self._boto3 is None:
            return super().send(request)
        with closing(self._replies(self._boto3, request, stream=False)) as replies:
            return next(replies)

    @override
    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`. The first event also has `ResponseMetadata`."""
        if self._boto3 is None:
            return super().stream(request)
        return self._replies(self._boto3, request, stream=True)

    @override
    async def asend(self, request: Request, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        if self._boto3 is None:
            return await super().asend(request)
        async with aclosing(self._areplies(self._boto3, request, stream=False)) as replies:
            return await anext(replies)

    @override
    def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        if self._boto3 is None:
            return super().astream(request)
        return self._areplies(self._boto3, request, stream=True)

    @override
    def close(self) -> None:
        """Close the connections that are not in use; the next call opens new ones. Yours stay open."""
        super().close()
        if self._boto3 is not None:
            self._boto3.close()

    @override
    async def aclose(self) -> None:
        """As `close`: sync and async calls share their connections."""
        self.close()

    @override
    def _set_up(self) -> None:
        super()._set_up()
        self._boto3 = self._calls_through_boto3()
        self._threads = Threads(self._options.max_concurrency or DEFAULT_CONCURRENCY)

    def _calls_through_boto3(self) -> Boto3Calls | None:
        if self._options.client is None:
            return None
        from god_llm.plugins.bedrock.boto3_client import Boto3Calls

        return Boto3Calls(self._options.client, self._options.max_concurrency)

    def _areplies(self, calls: Boto3Calls, request: Request, *, stream: bool) -> AsyncGenerator[JsonObject, None]:
        return self._threads.items(InThread(lambda: self._replies(calls, request, stream=stream)))

    def _replies(self, calls: Boto3Calls, request: Request, *, stream: bool) -> Generator[JsonObject, None, None]:
        """The return value of a boto3 call; its errors become domain errors."""
        try:
            for reply in calls.replies(request, self._headers, self._query, stream=stream, limits=self._limits()):
                yield _with_kept_headers(reply)
        except BaseLLMException as error:
            forget_frames(error.__cause__)
            raise
        except Exception as error:  # noqa: BLE001 - whatever a client of the user's own raises
            raise self._ours(error) from forget_frames(error)


def _with_kept_headers(reply: JsonObject) -> JsonObject:
    """A reply of boto3's with the response headers that are kept everywhere, and no others."""
    metadata = reply.get("ResponseMetadata")
    if not isinstance(metadata, dict):
        return reply
    kept = allowed_headers(metadata.get("HTTPHeaders") or {})
    more = {RESPONSE_HEADERS: kept} if kept else {}
    return {**reply, "ResponseMetadata": {**metadata, "HTTPHeaders": kept}, **more}
