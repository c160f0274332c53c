"""AWS's configuration: which region, where the service is, what to sign with.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from os.path import expanduser, expandvars, isfile
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import SecretStr

from god_llm.auth.aws import AWSAuth
from god_llm.auth.secret import secret
from god_llm.domain.exceptions import ConfigurationError
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from botocore.session import Session

__all__ = ["Configuration", "configuration", "place_of"]

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

    def credentials(self, region: str) -> Credentials | None:
        """What to sign with, where anything is found. Whatever is asked of AWS for it is asked in this region.

        Raises:
            Exception: of any kind, botocore's or Python's: what is found can't be used.
        """
        ...


def configuration(auth: AuthSource) -> Configuration:
    """The configuration that holds for a source.

    botocore's session has it all, and takes a tenth of what a first call costs to load; so it is asked only where
    something may be found outside of the environment.
    """
    unnamed = not isinstance(auth, AWSAuth) or auth == AWSAuth(bearer_token=auth.bearer_token)
    return _InEnvironment() if unnamed and not _files_matter() else _InFiles(auth)


def place_of(configured: Configuration, region: str | None, base_url: str | None) -> tuple[str, str]:
    """The region, and the URL of the service in it, unless another one is given or configured.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html

    Raises:
        ConfigurationError: there is no region, or the URL is none.
        InvalidRegionError: it is no name of a region.
    """
    from botocore.utils import is_valid_endpoint_url, is_valid_ipv6_endpoint_url

    name, fips = _region(configured, region)
    url = base_url or configured.endpoint() or _url(configured, name, fips=fips)
    if not (is_valid_endpoint_url(url) or is_valid_ipv6_endpoint_url(url)):
        raise ConfigurationError(
            "the URL for bedrock (base_url=, or AWS_ENDPOINT_URL and its like) is none: it needs a scheme and a host",
            provider="bedrock",
        )
    return name, url


def _region(configured: Configuration, region: str | None) -> tuple[str, bool]:
    """The region, and whether its name asks for FIPS endpoints, as `fips-us-gov-west-1` does."""
    from botocore.utils import validate_region_name

    found = region or os.environ.get("AWS_REGION") or configured.text("region")
    if not found:
        raise ConfigurationError(
            "no AWS region for bedrock: pass region=, or set AWS_REGION or AWS_DEFAULT_REGION", provider="bedrock"
        )
    name = found.removeprefix("fips-").removesuffix("-fips")
    validate_region_name(name)
    return name, name != found


def _url(configured: Configuration, region: str, *, fips: bool) -> str:
    name = "bedrock-runtime-fips" if fips or configured.switch("use_fips_endpoint") else "bedrock-runtime"
    domain, dual_domain = next(domains for start, domains in _DOMAINS.items() if region.startswith(start))
    return f"https://{name}.{region}.{dual_domain if configured.switch('use_dualstack_endpoint') else domain}"


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

    def credentials(self, region: str) -> Credentials | None:
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
        return (
            _endpoint_variable() or self._own_endpoint(profile.get("services")) or profile.get("endpoint_url") or None
        )

    def _own_endpoint(self, section: str | None) -> str | None:
        """The one that a section of services names for Bedrock."""
        if section is None:
            return None
        services = self._session.full_config.get("services", {}).get(section)
        if not services:
            raise ConfigurationError(
                f"AWS's configuration names services {section!r}, and has no such section", provider="bedrock"
            )
        url: str | None = services.get("bedrock_runtime", {}).get("endpoint_url")
        return url

    def credentials(self, region: str) -> Credentials | None:
        """See `Configuration.credentials`. Those of a role are fetched, and fetched again before they expire."""
        from botocore.credentials import (
            DeferredRefreshableCredentials,
            create_assume_role_refresher,
            create_credential_resolver,
        )

        # By itself the session would know a region only if it had made a client.
        resolver = create_credential_resolver(self._session, region_name=region)
        self._session.register_component("credential_provider", resolver)
        if self._role is None:
            return self._session.get_credentials()
        role = {"RoleArn": self._role, "RoleSessionName": "god-llm"}
        refresh = create_assume_role_refresher(self._session.create_client("sts", region_name=region), role)
        return DeferredRefreshableCredentials(refresh, "assume-role")


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
    # Unlike those of `Path`, these don't raise where the home can't be read, or can't be told.
    return any(isfile(expanduser(expandvars(path))) for path in named)  # noqa: PTH111, PTH113


def _endpoint_variable() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME") or os.environ.get("AWS_ENDPOINT_URL") or None


def _unwrapped(key: SecretStr | None) -> str | None:
    return None if key is None else secret("bedrock", key).get_secret_value()
