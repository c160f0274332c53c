"""Bedrock's and boto3's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from god_llm.dialects.http_errors import ErrorTable, provider_error
from god_llm.dialects.replies import json_object
from god_llm.domain.exceptions import (
    AuthenticationError,
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    InvalidRequestError,
    MalformedResponseError,
    MissingAPIKeyError,
    NotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    TimeoutExceededError,
)

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.eventstream import EventStreamMessage
    from botocore.exceptions import ClientError

__all__ = ["failed", "failed_inside", "no_credentials", "reported", "translate"]

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
# https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
_TABLE: Final[ErrorTable] = {
    "ValidationException": InvalidRequestError,
    "ConflictException": InvalidRequestError,
    "ExpiredTokenException": AuthenticationError,
    "ExpiredToken": AuthenticationError,
    "IncompleteSignature": AuthenticationError,
    "InvalidClientTokenId": AuthenticationError,
    "InvalidSignatureException": AuthenticationError,
    "MissingAuthenticationTokenException": AuthenticationError,
    "RequestExpired": AuthenticationError,
    "SignatureDoesNotMatch": AuthenticationError,
    "UnrecognizedClientException": AuthenticationError,
    "AccessDeniedException": PermissionDeniedError,
    "AccessDenied": PermissionDeniedError,
    "NotAuthorized": PermissionDeniedError,
    "OptInRequired": PermissionDeniedError,
    "ResourceNotFoundException": NotFoundError,
    "ThrottlingException": RateLimitError,
    "Throttling": RateLimitError,
    "TooManyRequestsException": RateLimitError,
    "ServiceQuotaExceededException": RateLimitError,
    "InternalServerException": ProviderUnavailableError,
    "InternalFailure": ProviderUnavailableError,
    "ModelErrorException": ProviderUnavailableError,
    "ModelNotReadyException": ProviderUnavailableError,
    "ModelStreamErrorException": ProviderUnavailableError,
    "ModelTimeoutException": ProviderUnavailableError,
    "ServiceUnavailableException": ProviderUnavailableError,
    "ServiceUnavailable": ProviderUnavailableError,
}
_FINAL: Final = frozenset({"ServiceQuotaExceededException"})
"""A quota that only grows on request: waiting does not help."""


def translate(error: Exception) -> BaseLLMException | None:
    """An exception of botocore or its HTTP library as ours, or None for any other."""
    from botocore.eventstream import ParserError
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    match error:
        case ClientError():
            return _of_client_error(error)
        case ParserError() | ResponseParserError():
            return MalformedResponseError(f"Bedrock's answer can't be read: {error}", provider="bedrock")
        case BotoCoreError() | HTTPError():
            return _of_connection(error) or _of_set_up(error)
        case _:
            return None


def reported(
    code: str,
    message: str,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    body: object = None,
) -> ProviderError:
    """The error that a code reports. Inside a stream, codes begin with a small letter."""
    return provider_error(
        provider="bedrock",
        message=message,
        status=status,
        codes=(code or None, code[:1].upper() + code[1:]),
        table=_TABLE,
        headers=headers or {},
        body=body,
        final=_FINAL,
    )


def failed(answer: AWSResponse) -> ClientError:
    """The error that an answer reports, as boto3 would raise it."""
    from botocore.exceptions import ClientError
    from botocore.parsers import create_parser

    raw = {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content, "context": {}}
    try:
        # Its stubs don't know that an error needs no description.
        parsed = create_parser("rest-json").parse(raw, None)  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError):  # JSON of another shape, or no text at all
        headers = {name.lower(): value for name, value in answer.headers.items()}
        facts = {"HTTPStatusCode": answer.status_code, "HTTPHeaders": headers}
        parsed = {"Error": {"Code": str(answer.status_code)}, "ResponseMetadata": facts}
    with suppress(MalformedResponseError):
        parsed = {**json_object(answer.content), **parsed}  # what the error says besides
    return ClientError(parsed, "Converse")


def failed_inside(message: EventStreamMessage) -> ProviderError:
    """The error that a message of a stream reports: an exception of the service's, or a failure to serve."""
    # Its stubs take the headers for a number.
    headers = cast("Mapping[str, object]", message.headers)
    code, words = headers.get(":exception-type"), headers.get(":error-message")
    text = message.payload.decode(errors="replace")
    try:
        body = json_object(text)
    except MalformedResponseError:
        body = {"message": text}
    return reported(
        str(code or headers.get(":error-code", "")),
        str(body.get("message") or body.get("Message") or words or ""),
        body=body,
    )


def no_credentials() -> MissingAPIKeyError:
    """The error that names the ways to sign in to AWS."""
    return MissingAPIKeyError(
        "no AWS credentials for bedrock: set AWS_BEARER_TOKEN_BEDROCK or pass api_key= (a Bedrock API key);"
        " or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; or pass auth=AWSAuth(...)",
        provider="bedrock",
    )


def _of_client_error(error: ClientError) -> ProviderError:
    """The error of an AWS service, with the facts of its HTTP response."""
    response: Mapping[str, object] = {**error.response}
    details, facts = _mapping(response.get("Error")), _mapping(response.get("ResponseMetadata"))
    status, code, message = facts.get("HTTPStatusCode"), details.get("Code"), details.get("Message")
    headers = {name: value for name, value in _mapping(facts.get("HTTPHeaders")).items() if isinstance(value, str)}
    return reported(
        # Where an error has no code (a proxy's web page), botocore puts the status in its place.
        code if isinstance(code, str) and code != str(status) else "",
        message if isinstance(message, str) else "",
        status=status if isinstance(status, int) else None,
        headers=headers,
        body={name: value for name, value in response.items() if name != "ResponseMetadata"},
    )


def _of_connection(error: Exception) -> BaseLLMException | None:
    from botocore import exceptions as aws
    from urllib3 import exceptions as http

    match error:
        case aws.ReadTimeoutError() | aws.ConnectTimeoutError() | http.TimeoutError():
            return TimeoutExceededError("Bedrock did not answer in time", provider="bedrock")
        case aws.HTTPClientError() if type(error) is aws.HTTPClientError:
            # botocore did not expect it, and it may quote a header.
            kind = type(error.kwargs.get("error")).__name__
            return ConnectionFailedError(f"the connection to Bedrock failed: {kind}", provider="bedrock")
        case aws.HTTPClientError() | aws.ConnectionError() | aws.IncompleteReadError() | http.HTTPError():
            return ConnectionFailedError(f"the connection to Bedrock failed: {error}", provider="bedrock")
        case _:
            return None


def _of_set_up(error: Exception) -> BaseLLMException:
    """The rest of botocore's own errors: of credentials, profiles, files, roles, endpoints."""
    from botocore.exceptions import NoCredentialsError

    if isinstance(error, NoCredentialsError):
        return no_credentials()
    return ConfigurationError(f"AWS is not set up for this: {error}", provider="bedrock")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
