"""Laws of errors: each is one of ours, by its class, and says what the service said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from god_llm.domain.exceptions import (
    BaseLLMException,
    ConnectionFailedError,
    MalformedResponseError,
    ProviderError,
    ResponseError,
    TransportError,
)
from god_llm.testing.conformance.recordings import ErrorSample, Way
from god_llm.testing.conformance.suite import KEY, Suite, failure
from god_llm.testing.conformance.watched import WatchedTransport
from god_llm.testing.simulator.server import HOST, LoopbackServer, Reply, Service

__all__ = ["FailureLaws", "served"]

_PAGE: Final = Reply(200, {"content-type": "text/html"}, b"<html>Please sign in to the hotel's network.</html>")


class FailureLaws(Suite):
    """Nothing but a `BaseLLMException` comes out, and it says who is to blame."""

    def test_an_error_is_mapped(self, sample: ErrorSample, way: Way) -> None:
        """Each error of the service is of its class, with status, code and what else it states.

        What the real transport raises is raised from the SDK's or HTTP library's own exception.
        """
        error = self._of_sample(sample, way)
        assert type(error) is sample.raises
        assert isinstance(error, ProviderError)
        assert (error.status_code, error.code) == (sample.status, sample.code)
        assert error.retry_after == sample.retry_after
        assert sample.retryable in {None, error.retryable}
        assert error.provider is not None
        assert error.model is not None
        assert sample.carried != "http" or isinstance(error.__cause__, Exception)

    def test_a_service_that_is_not_there(self, way: Way) -> None:
        """Where nobody listens, a `ConnectionFailedError` is raised."""
        with served(lambda _: None) as url:
            pass  # its port is free again
        assert isinstance(self._of_server(url, way), ConnectionFailedError)

    def test_a_connection_that_is_cut(self, way: Way) -> None:
        """A connection that is cut before anything came raises a `TransportError`, from the original."""
        with served(lambda _: None) as url:
            error = self._of_server(url, way)
        assert isinstance(error, TransportError)
        assert error.__cause__ is not None

    def test_a_page_of_a_proxy(self, way: Way) -> None:
        """A web page with status 200 is no answer: a `ResponseError`, whole or streamed."""
        with served(lambda _: _PAGE) as url:
            assert isinstance(self._of_server(url, way), ResponseError)

    def test_a_reply_without_an_answer(self) -> None:
        """An empty JSON object is no reply of the service: `MalformedResponseError`, and no empty message."""
        assert isinstance(failure(self.make(transport=WatchedTransport({})), "generate"), MalformedResponseError)

    def _of_sample(self, sample: ErrorSample, way: Way) -> BaseLLMException:
        if sample.carried == "reply":
            return failure(self.make(transport=WatchedTransport(sample.body)), way)
        if sample.carried == "event":
            begun = self._any_recording(streamed=True).streamed[:1]
            return failure(self.make(transport=WatchedTransport(events=[*begun, sample.body])), way)
        headers = {"content-type": "application/json", **sample.headers}
        with served(lambda _: Reply(sample.status or 500, headers, json.dumps(sample.body).encode())) as url:
            return self._of_server(url, way)

    def _of_server(self, url: str, way: Way) -> BaseLLMException:
        return failure(self.connect(url, KEY), way)


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The base URL of a server on this machine that answers so."""
    server = LoopbackServer(service)
    server.serve()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.close()
