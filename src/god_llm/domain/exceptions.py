"""Everything that can go wrong, by who is to blame: us, the prompt, the network, the provider, the answer.

```
BaseLLMException
+- ConfigurationError        the set-up is wrong; nothing was sent
+- PromptError               this can't be said to this provider; nothing was sent
+- TransportError            nothing came back
+- ProviderError             the provider refused or failed
+- ResponseError             an answer came that can't be read
+- BudgetExceededError       the application's own budget is used up; nothing was sent
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from god_llm.domain.answers import NoValue
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.runs import Run
    from god_llm.domain.time_limit import TimeLimit

__all__ = [
    "AuthenticationError",
    "BaseLLMException",
    "BudgetExceededError",
    "CircuitOpenError",
    "ConfigurationError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ContentFilterError",
    "ContextLengthError",
    "InvalidAPIKeyError",
    "InvalidRequestError",
    "InvalidSettingError",
    "MalformedResponseError",
    "MissingAPIKeyError",
    "MissingDependencyError",
    "NotFoundError",
    "OverloadedError",
    "PermissionDeniedError",
    "PromptError",
    "ProviderError",
    "ProviderUnavailableError",
    "RateLimitError",
    "ResponseError",
    "RunLimitError",
    "StreamInterruptedError",
    "StructuredAnswerError",
    "TimeoutExceededError",
    "TransportError",
    "UnknownModelError",
    "UnknownPriceError",
    "UnknownProviderError",
    "UnsupportedFeatureError",
    "UnsupportedParameterError",
]


class BaseLLMException(Exception):  # noqa: N818 - the name is part of the public contract
    """Any failure of this library; raised `from` the original where there is one.

    Attributes:
        provider: the provider that was asked, or None before one was chosen.
        model: the model that was asked for, or None.
        partial: of a stream that failed half-way, the message so far; else None.
        retryable: whether the same call may succeed later.
    """

    retryable: bool = False

    def __init__(self, message: str = "", *, provider: str | None = None, model: str | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.model = model
        self.partial: AIMessage | None = None


class ConfigurationError(BaseLLMException):
    """The set-up is wrong. Nothing was sent."""


class MissingAPIKeyError(ConfigurationError, ValueError):
    """No key was given and none was found."""


class InvalidAPIKeyError(ConfigurationError, ValueError):
    """A key was given that can't be one: empty, or with blanks or line breaks in it."""


class InvalidSettingError(ConfigurationError, ValueError):
    """A setting is out of its range."""


class MissingDependencyError(ConfigurationError, ImportError):
    """The provider's SDK is not installed."""


class UnknownProviderError(ConfigurationError, LookupError):
    """No provider has this name."""


class UnknownModelError(ConfigurationError, ValueError):
    """The provider has no model of this name; the message has the nearest ones."""


class UnknownPriceError(ConfigurationError, LookupError):
    """The price list has no price for a model whose cost is limited."""


class PromptError(BaseLLMException):
    """It can't be said to this provider. Nothing was sent."""


class UnsupportedFeatureError(PromptError):
    """The provider can't take a part of the conversation."""


class UnsupportedParameterError(PromptError):
    """The provider or the model can't take a setting."""


class TransportError(BaseLLMException):
    """Nothing came back from the provider."""

    retryable: bool = True


class ConnectionFailedError(TransportError):
    """The connection could not be made, or broke."""


class TimeoutExceededError(TransportError):
    """The provider did not answer in time.

    Attributes:
        limit: the name of the limit that passed, as in `Timeouts`; None for a client of the application's own.
        seconds: the length of the limit, or None.
    """

    def __init__(
        self,
        message: str = "",
        *,
        provider: str | None = None,
        model: str | None = None,
        limit: TimeLimit | None = None,
        seconds: float | None = None,
    ) -> None:
        super().__init__(message, provider=provider, model=model)
        self.limit: TimeLimit | None = limit
        self.seconds: float | None = seconds
        self.retryable: bool = limit != "total"


class CircuitOpenError(TransportError):
    """A `CircuitBreaker` is open after repeated failures. Nothing was sent.

    Attributes:
        retry_after: seconds until the breaker lets a call through.
    """

    def __init__(
        self,
        message: str = "",
        *,
        provider: str | None = None,
        model: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, provider=provider, model=model)
        self.retry_after = retry_after


class ProviderError(BaseLLMException):
    """The provider answered with an error.

    Attributes:
        status_code: the HTTP status; None inside a stream that began with 200.
        code: the provider's own code or type of the error, as sent.
        request_id: the provider's id of the request, for its support.
        retry_after: seconds the provider asks to wait, or None.
        headers: the response headers that operators need (rate limits, request ids), by lower-case names; empty
            inside a stream.
        body: the error as sent, parsed where it was JSON.
    """

    always_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        provider: str | None = None,
        model: str | None = None,
        status_code: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> None:
        super().__init__(message, provider=provider, model=model)
        self.status_code = status_code
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.retryable: bool = self.always_retryable if retryable is None else retryable
        self.headers: Mapping[str, str] = headers or {}
        self.body = body


class AuthenticationError(ProviderError):
    """The key was not accepted."""


class PermissionDeniedError(ProviderError):
    """The key is good, but not for this."""


class NotFoundError(ProviderError):
    """The provider has no such model or endpoint.

    Attributes:
        advice: a sentence on what to use instead, part of the text; empty where there is none.
    """

    advice: str = ""

    @override
    def __str__(self) -> str:
        """The message, and the advice after it."""
        return super().__str__() + self.advice


class RateLimitError(ProviderError):
    """Too many requests or tokens, or the account's quota is used up (then not `retryable`)."""

    always_retryable = True


class InvalidRequestError(ProviderError):
    """The provider says that the request is wrong."""


class ContextLengthError(InvalidRequestError):
    """The conversation does not fit into the model's context."""


class ContentFilterError(InvalidRequestError):
    """The provider's content policy refused the request."""


class ProviderUnavailableError(ProviderError):
    """The provider failed on its side."""

    always_retryable = True


class OverloadedError(ProviderUnavailableError):
    """The provider has too much to do."""


class ResponseError(BaseLLMException):
    """An answer came that can't be read."""


class MalformedResponseError(ResponseError):
    """The answer is not what the provider documents: no JSON, or JSON of another shape."""


class StructuredAnswerError(MalformedResponseError):
    """An answer holds no value of the type that was asked for; `partial` is the message.

    Attributes:
        reason: see `god_llm.NoValue`: `"refusal"`, `"length"`, `"content_filter"`, `"tool_call"`, `"empty"` or
            `"validation"`.
    """

    reason: NoValue = "validation"


class RunLimitError(ResponseError):
    """A run with tools reached one of its limits; `run` is its state, with the transcript."""

    run: Run | None = None


class StreamInterruptedError(ResponseError):
    """The stream stopped without the provider's own end event; `partial` holds what came."""


class ConnectionLostError(ConnectionFailedError, StreamInterruptedError):
    """The connection broke in the middle of a stream: a failure of the network that leaves a `partial`."""


class BudgetExceededError(BaseLLMException):
    """A `Budget` is used up. Nothing was sent."""
