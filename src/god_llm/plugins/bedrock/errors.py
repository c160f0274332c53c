"""Bedrock's and botocore's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm.domain.exceptions import (
    AuthenticationError,
    BaseLLMException,
    ConfigurationError,
    InvalidRequestError,
    MalformedResponseError,
    MissingAPIKeyError,
    NotFoundError,
    PermissionDeniedError,
    PromptError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
)
from god_llm.http.errors import (
    ErrorTable,
    HttpConnectionError,
    HttpFailure,
    HttpStatusError,
    HttpTimeoutError,
    parsed_body,
    provider_error,
)

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

__all__ = ["classify", "no_credentials", "read_error", "read_event_error", "reported"]

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


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response reports: its code in `x-amzn-errortype` or in the body, its message in the body.

    https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
    """
    text = body.decode(errors="replace")
    parsed = parsed_body(text)
    fields: Mapping[str, object] = parsed if isinstance(parsed, dict) else {}
    code = headers.get("x-amzn-errortype") or fields.get("code") or fields.get("Code") or fields.get("__type")
    message = fields.get("message") or fields.get("Message") or ("" if isinstance(parsed, dict) else text)
    return reported(
        code.split(":", 1)[0].rsplit("#", 1)[-1] if isinstance(code, str) else "",
        message if isinstance(message, str) else "",
        status=status,
        headers=headers,
        body=parsed,
    )


def read_event_error(headers: Mapping[str, object], payload: bytes) -> ProviderError:
    """The error that a message of a stream reports: an exception of the service's, or a failure to serve."""
    text = payload.decode(errors="replace")
    parsed = parsed_body(text)
    fields: Mapping[str, object] = parsed if isinstance(parsed, dict) else {"message": text}
    message = fields.get("message") or fields.get("Message") or headers.get(":error-message")
    return reported(
        str(headers.get(":exception-type") or headers.get(":error-code") or ""), str(message or ""), body=fields
    )


def no_credentials() -> MissingAPIKeyError:
    """The error that names the ways to sign in to AWS."""
    return MissingAPIKeyError(
        "no AWS credentials for bedrock: set AWS_BEARER_TOKEN_BEDROCK or pass api_key= (a Bedrock API key);"
        " or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; or pass auth=AWSAuth(...)",
        provider="bedrock",
    )


def classify(error: Exception) -> HttpFailure | BaseLLMException | None:
    """An exception of botocore or of urllib3 below it as one of the three, or as ours; None for any other."""
    from botocore import exceptions as aws
    from botocore.eventstream import ParserError
    from botocore.parsers import ResponseParserError
    from urllib3 import exceptions as http

    match error:
        case HttpFailure():
            return error
        case aws.ClientError():
            return _of_client_error(error)
        case ParserError() | ResponseParserError():
            return MalformedResponseError(f"the answer can't be read: {error}", provider="bedrock")
        case aws.ConnectTimeoutError():
            return HttpTimeoutError("connect")
        case aws.ReadTimeoutError() | http.TimeoutError():
            return HttpTimeoutError()
        case aws.HTTPClientError() if type(error) is aws.HTTPClientError:
            # botocore did not expect it, and its text may quote a header.
            return HttpConnectionError(type(error.kwargs.get("error")).__name__)
        case aws.HTTPClientError() | aws.ConnectionError() | aws.IncompleteReadError() | http.HTTPError():
            return HttpConnectionError(str(error))
        case _ if isinstance(error, aws.BotoCoreError) or type(error).__module__ == aws.__name__:
            return _of_set_up(error)
        case _:
            return None


def _of_set_up(error: Exception) -> BaseLLMException:
    """The rest of botocore's own errors: of credentials, profiles, files, roles, endpoints."""
    from botocore.exceptions import NoCredentialsError, ParamValidationError

    match error:
        case NoCredentialsError():
            return no_credentials()
        case ParamValidationError():  # boto3's own client checks requests
            return PromptError(f"boto3 refuses this request: {error}", provider="bedrock")
        case _:
            return ConfigurationError(f"AWS is not set up for this: {error}", provider="bedrock")


def _of_client_error(error: ClientError) -> HttpFailure | BaseLLMException:
    """boto3's report of an error response, read by the same table as the response itself."""
    response: Mapping[str, object] = {**error.response}
    details, facts = _mapping(response.get("Error")), _mapping(response.get("ResponseMetadata"))
    status, code, message = facts.get("HTTPStatusCode"), details.get("Code"), details.get("Message")
    headers = {name: value for name, value in _mapping(facts.get("HTTPHeaders")).items() if isinstance(value, str)}
    if isinstance(status, int) and "location" in headers:
        return HttpStatusError(status, headers, b"", "")
    return reported(
        # If an error has no code (a proxy's web page), botocore puts the status in its place.
        code if isinstance(code, str) and code != str(status) else "",
        message if isinstance(message, str) else "",
        status=status if isinstance(status, int) else None,
        headers=headers,
        body={name: value for name, value in response.items() if name != "ResponseMetadata"},
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
