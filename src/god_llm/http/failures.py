"""The domain errors for the exceptions of an HTTP library."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    TimeoutExceededError,
)
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import (
    HttpConnectionError,
    HttpStatusError,
    HttpTimeoutError,
    is_certificate_error,
    redirect_error,
)
from god_llm.http.library import Library
from god_llm.http.outgoing import Outgoing
from god_llm.http.redirects import origin_of, redirect_target
from god_llm.http.secret_texts import hide_sent, without_sent

__all__ = ["domain_error"]


def domain_error(
    error: Exception, endpoint: Endpoint, library: Library, request: Outgoing | None, secret_query: AbstractSet[str]
) -> BaseLLMException:
    """The domain error for an exception of the library's, without the secrets of the request.

    Args:
        error: the exception.
        endpoint: reads an error status.
        library: tells an error status, a timeout and a failed connection apart.
        request: the request, or None if it was not made yet.
        secret_query: the names of query parameters that are secrets.
    """
    if secret_query:
        from god_llm.http.secret_queries import hide_in_texts  # few users have any

        hide_in_texts(error, secret_query)
    found = _read(error, endpoint, library, request)
    if request is not None:
        hide_sent(error, request)
        hide_sent(found, request)
    return found


def _read(error: Exception, endpoint: Endpoint, library: Library, request: Outgoing | None) -> BaseLLMException:
    title, provider = endpoint.title, endpoint.provider
    match library.classify(error):
        case HttpStatusError() as failure:
            return _of_status(failure if request is None else without_sent(failure, request), endpoint)
        case HttpTimeoutError():
            return TimeoutExceededError(f"{title} did not answer in time", provider=provider)
        case HttpConnectionError() as failure:
            failed = ConnectionFailedError(f"the connection to {title} failed: {failure}", provider=provider)
            failed.retryable = not is_certificate_error(error)
            return failed
        case BaseLLMException() as known:
            known.provider = provider
            return known
        case _:
            return ConfigurationError(
                f"the client that was given for {provider} failed before it sent the request"
                f" ({type(error).__name__}): {error}",
                provider=provider,
            )


def _of_status(failure: HttpStatusError, endpoint: Endpoint) -> BaseLLMException:
    target = redirect_target(failure)
    if target is not None:
        return redirect_error(endpoint.provider, failure, "://".join(map(str, origin_of(target)[:2])))
    return endpoint.error(failure.status, failure.headers, failure.body)
