"""AWS credentials for Bedrock."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from pydantic import SecretStr
from typing_extensions import override

from god_llm.auth.environment import EnvironmentAuth
from god_llm.auth.secret import KeyHolder
from god_llm.domain.providers import ProviderName
from god_llm.protocols import AuthSource

__all__ = ["AWSAuth"]


@dataclass(frozen=True, kw_only=True)
class AWSAuth(KeyHolder):
    """How to sign in to AWS. With nothing set, AWS's own chain decides (environment, files, roles).

    Attributes:
        profile: a profile of the AWS configuration files.
        role_arn: a role to assume, starting from the other credentials.
        access_key_id, secret_access_key, session_token: keys.
        bearer_token: a Bedrock API key; without one `AWS_BEARER_TOKEN_BEDROCK` is looked up, unless
            a profile, a role or keys are given.
    """

    profile: str | None = None
    role_arn: str | None = None
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: SecretStr | None = None
    session_token: SecretStr | None = None
    bearer_token: SecretStr | None = None

    def __post_init__(self) -> None:
        """Wrap secrets that were given as plain text."""
        for name in ("secret_access_key", "session_token", "bearer_token"):
            if isinstance(getattr(self, name), str):
                object.__setattr__(self, name, SecretStr(getattr(self, name)))

    @override
    def __reduce__(self) -> tuple[partial[AWSAuth], tuple[()]]:
        """Keys don't travel in pickles: on the other side the profile or AWS's own chain gives them."""
        return partial(AWSAuth, profile=self.profile, role_arn=self.role_arn), ()

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The Bedrock API key, or None where requests are signed instead."""
        if self.bearer_token is not None or self.profile or self.role_arn or self.access_key_id:
            return self.bearer_token
        return EnvironmentAuth().get_key(provider)

    def elsewhere(self) -> AuthSource:
        """The bearer token that was given, and none of the environment's."""
        return _GivenToken(self)


class _GivenToken:
    def __init__(self, auth: AWSAuth) -> None:
        self._auth = auth

    def get_key(self, provider: ProviderName) -> SecretStr | None:  # noqa: ARG002 - the signature of `AuthSource`
        return self._auth.bearer_token
