"""AWS's configuration: which region, where the service is, what to sign with.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import SecretStr

from god_llm.auth.aws import AWSAuth
from god_llm.auth.secret import secret
from god_llm.domain.exceptions import ConfigurationError
from god_llm.plugins.bedrock.errors import no_credentials
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from botocore.session import Session

__all__ = ["Configuration", "configuration", "region_of", "url_of"]

_VARIABLES: Final[Mapping[str, str]] = {
    "ca_bundle": "AWS_CA_BUNDLE",
    "ignore_configured_endpoint_urls": "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "region": "AWS_DEFAULT_REGION",
    "tcp_keepalive": "BOTOCORE_TCP_KEEPALIVE",
    "use_dualstack_endpoint": "AWS_USE_DUALSTACK_ENDPOINT",
    "use_fips_endpoint": "AWS_USE_FIPS_ENDPOINT",
}
"""A setting -> its variable in the environment."""
_FILES: Final[Mapping[str, str]] = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}
"""The variable that names a file -> where it is by default."""

# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_DOMAINS: Final[Mapping[str, tuple[str, str]]] = {
    "cn-": ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    "eusc-": ("amazonaws.eu", "api.amazonwebservices.eu"),
    "us-iso-": ("c2s.ic.gov", "api.aws.ic.gov"),
    "us-isob-": ("sc2s.sgov.gov", "api.aws.scloud"),
    "us-isof-": ("csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    "eu-isoe-": ("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    "": ("amazonaws.com", "api.aws"),
}
"""How the names of a partition's regions begin -> its domain, and the one that also answers in IPv6."""


class Configuration(Protocol):
    """What is configured."""

    def text(self, name: str) -> str | None:
        """A setting, by botocore's name for it."""
        ...

    def switch(self, name: str) -> bool:
        """A setting that is on or off."""
        ...

    def endpoint(self) -> str | None:
        """The URL of the service that takes the region's place."""
        ...

    def credentials(self, region: str) -> Credentials:
        """What to sign with.

        Raises:
            MissingAPIKeyError: nothing is found.
            BotoCoreError: what is found can't be used.
        """
        ...


def configuration(auth: AuthSource) -> Configuration:
    """The configuration that holds for a source.

    botocore's session has it all, and takes a tenth of what a first call costs to load; so it is asked only where
    something may be found outside of the environment.
    """
    named = isinstance(auth, AWSAuth) and (auth.profile or auth.role_arn or auth.access_key_id)
    return _InFiles(auth) if named or _files_matter() else _InEnvironment()


def region_of(configured: Configuration, region: str | None) -> str:
    """The region: the one that is given, or the one that is configured.

    Raises:
        ConfigurationError: there is none.
        InvalidRegionError: it is no name of a host.
    """
    from botocore.utils import validate_region_name

    found = region or os.environ.get("AWS_REGION") or configured.text("region")
    if not found:
        raise ConfigurationError(
            "no AWS region for bedrock: pass region=, or set AWS_REGION or AWS_DEFAULT_REGION", provider="bedrock"
        )
    validate_region_name(found)
    return found


def url_of(configured: Configuration, region: str, base_url: str | None) -> str:
    """Where the service is.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html

    Raises:
        ConfigurationError: it can't be there.
    """
    from botocore.utils import is_valid_endpoint_url, is_valid_ipv6_endpoint_url

    fips, dual_stack = configured.switch("use_fips_endpoint"), configured.switch("use_dualstack_endpoint")
    url = base_url or configured.endpoint()
    if url is None:
        name = "bedrock-runtime-fips" if fips else "bedrock-runtime"
        domains = next(domains for start, domains in _DOMAINS.items() if region.startswith(start))
        return f"https://{name}.{region}.{domains[1 if dual_stack else 0]}"
    if fips or dual_stack:
        raise ConfigurationError(
            f"AWS is set up to use its FIPS or dual-stack endpoints, and {url} to be used in their place;"
            " it can't be both",
            provider="bedrock",
        )
    if not (is_valid_endpoint_url(url) or is_valid_ipv6_endpoint_url(url)):
        raise ConfigurationError(f"no URL of a service: {url}", provider="bedrock")
    return url.rstrip("/")


class _InEnvironment:
    """The environment alone."""

    def text(self, name: str) -> str | None:
        """See `Configuration.text`."""
        return os.environ.get(_VARIABLES[name])

    def switch(self, name: str) -> bool:
        """See `Configuration.switch`."""
        return (self.text(name) or "").lower() == "true"

    def endpoint(self) -> str | None:
        """See `Configuration.endpoint`."""
        return None if self.switch("ignore_configured_endpoint_urls") else _endpoint_variable()

    def credentials(self, region: str) -> Credentials:
        """See `Configuration.credentials`. A machine's or a container's own are botocore's to find."""
        from botocore.credentials import EnvProvider

        return EnvProvider().load() or _InFiles(AWSAuth()).credentials(region)


class _InFiles:
    """All that botocore's session finds: in the environment, in files, on the machine."""

    def __init__(self, auth: AuthSource) -> None:
        self._role = auth.role_arn if isinstance(auth, AWSAuth) else None
        self._session = _session(auth)

    def text(self, name: str) -> str | None:
        """See `Configuration.text`."""
        value = self._session.get_config_variable(name)
        return None if value is None else str(value)

    def switch(self, name: str) -> bool:
        """See `Configuration.switch`."""
        return bool(self._session.get_config_variable(name))

    def endpoint(self) -> str | None:
        """See `Configuration.endpoint`.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        """
        if self.switch("ignore_configured_endpoint_urls"):
            return None
        profile = self._session.get_scoped_config()
        services = self._session.full_config.get("services", {}).get(profile.get("services"), {})
        own: str | None = services.get("bedrock_runtime", {}).get("endpoint_url")
        return _endpoint_variable() or own or profile.get("endpoint_url")

    def credentials(self, region: str) -> Credentials:
        """See `Configuration.credentials`. Those of a role are fetched, and fetched again before they expire."""
        from botocore.credentials import DeferredRefreshableCredentials, create_assume_role_refresher

        if self._role is not None:
            role = {"RoleArn": self._role, "RoleSessionName": "god-llm"}
            refresh = create_assume_role_refresher(self._session.create_client("sts", region_name=region), role)
            return DeferredRefreshableCredentials(refresh, "assume-role")
        found = self._session.get_credentials()
        if found is None:
            raise no_credentials()
        return found


def _session(auth: AuthSource) -> Session:
    """The session of botocore, set up as `boto3.Session` would."""
    from botocore.session import get_session

    session = get_session()
    if isinstance(auth, AWSAuth):
        if auth.profile is not None:
            session.set_config_variable("profile", auth.profile)
        keys = auth.access_key_id, _unwrapped(auth.secret_access_key), _unwrapped(auth.session_token)
        if any(keys):
            session.set_credentials(*keys)  # type: ignore[arg-type]  # one that is missing is None to boto3 too
    return session


def _files_matter() -> bool:
    """Whether a profile is asked for, or there is a file to read."""
    if os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE"):
        return True
    named = (os.environ.get(variable, place) for variable, place in _FILES.items())
    return any(path != os.devnull and Path(os.path.expandvars(path)).expanduser().exists() for path in named)


def _endpoint_variable() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") or os.environ.get("AWS_ENDPOINT_URL") or None


def _unwrapped(key: SecretStr | None) -> str | None:
    return None if key is None else secret("bedrock", key).get_secret_value()
