"""The domain errors for the exceptions of an HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    TimeoutExceededError,
)
from god_llm.domain.time_limit import TimeLimit
from god_llm.http.deadlines import Deadlines
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import (
    HttpConnectionError,
    HttpFailure,
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
    error: Exception,
    endpoint: Endpoint,
    library: Library,
    request: Outgoing | None,
    secret_query: AbstractSet[str],
    deadlines: Deadlines | None = None,
) -> BaseLLMException:
    """The domain error for an exception of the library's, without the secrets of the request.

    Args:
        error: the exception.
        endpoint: reads an error status.
        library: tells an error status, a timeout and a failed connection apart.
        request: the request, or None if it was not made yet.
        secret_query: the names of query parameters that are secrets.
        deadlines: of the request, or None if there are none.
    """
    if secret_query:
        from god_llm.http.secret_queries import hide_in_texts  # few users have any

        hide_in_texts(error, secret_query)
    failure = library.classify(error)
    if isinstance(failure, HttpTimeoutError):
        found: BaseLLMException = _of_timeout(failure, endpoint, deadlines)
    else:
        found = _read(failure, error, endpoint, request)
    if request is not None:
        hide_sent(error, request)
        hide_sent(found, request)
    return found


def _of_timeout(failure: HttpTimeoutError, endpoint: Endpoint, deadlines: Deadlines | None) -> TimeoutExceededError:
    """The error that names the limit: the library knows only that a socket waited too long."""
    if failure.seconds is None and deadlines is not None:
        failure = deadlines.exceeded(connecting=failure.limit == "connect")
    what = "did not answer in time" if failure.limit is None else _PASSED[failure.limit]
    limit = f" within {failure.seconds:g} s (timeout `{failure.limit}`)" if failure.seconds is not None else ""
    return TimeoutExceededError(
        f"{endpoint.title} {what}{limit}", provider=endpoint.provider, limit=failure.limit, seconds=failure.seconds
    )


_PASSED: Final[Mapping[TimeLimit, str]] = {
    "connect": "accepted no connection",
    "first_event": "did not answer",
    "idle": "sent no further event",
    "total": "did not complete the call",
}


def _read(
    failure: HttpFailure | BaseLLMException | None, error: Exception, endpoint: Endpoint, request: Outgoing | None
) -> BaseLLMException:
    title, provider = endpoint.title, endpoint.provider
    match failure:
        case HttpStatusError():
            return _of_status(failure if request is None else without_sent(failure, request), endpoint)
        case HttpConnectionError():
            failed = ConnectionFailedError(f"the connection to {title} failed: {failure}", provider=provider)
            failed.retryable = not is_certificate_error(error)
            return failed
        case BaseLLMException():
            failure.provider = provider
            return failure
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
