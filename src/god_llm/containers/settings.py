"""The settings of the containers: typed values, given in code or read from the environment.

`AnthropicSettings(model="claude-sonnet-5-5")` sets a field in code. A field that is not given is read from the
environment variable `GOD_LLM_ANTHROPIC_` plus the field's name in capitals. An empty variable counts as unset, and
`none` means None, except in `..._REASONING`, where it is the effort `"none"`. A variable with the prefix that is no
field's is a `ConfigurationError` with the nearest name. An API key that is not set here is looked up by the
container's `keys`, by default in the provider's usual variable, at every request. An unreadable value is a
`ConfigurationError` that names the variable and never shows the value, which may be a key.
"""

from __future__ import annotations

import os
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AliasChoices,
    Field,
    ModelWrapValidatorHandler,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import TypedDict, override

from god_llm.auth import AWSAuth
from god_llm.containers.environment import CheckedEnvironment, aliases
from god_llm.containers.generation import GenerationFields
from god_llm.containers.values import CUSTOM_EXTRA, MODEL_NAME
from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator, check_setting
from god_llm.domain.timeouts import Timeouts
from god_llm.engine.wiring import DEFAULT_RETRIES
from god_llm.http.options import ConnectionOptions
from god_llm.plugins.anthropic.models import AnthropicModel
from god_llm.plugins.bedrock.models import BedrockModel
from god_llm.plugins.groq.models import GroqModel
from god_llm.plugins.ollama.models import OllamaModel
from god_llm.plugins.openai.models import OpenAIModel
from god_llm.plugins.openai.servers import ServerName

__all__ = [
    "AnthropicSettings",
    "BedrockSettings",
    "GroqSettings",
    "OllamaSettings",
    "OpenAISettings",
    "ProviderSettings",
]


FROM_ENVIRONMENT: Final[Any] = Field()  # Any: it stands for a value of any field
"""A required field that the environment may give: to a type checker it has a default, so that it may be left out."""


class OwnOptions(TypedDict, total=False):
    """The connection options that only some providers have."""

    region: str | None
    max_concurrency: int | None


class ProviderSettings(GenerationFields):
    """What every provider's settings have.

    Raises:
        ConfigurationError: a field is missing or can't be read.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_ignore_empty=True,
        env_parse_none_str="none",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_default=False,  # the default temperature must stay one that nobody chose
    )

    temperature: TemperatureValidator | None = DEFAULT_TEMPERATURE
    """None leaves it to the provider; the default is sent only to models known to take it."""
    extra: Annotated[dict[str, Any] | None, CUSTOM_EXTRA] = None  # Any: the facade checks the API's parameters
    """Request parameters that only this provider has; a JSON object in the environment."""
    timeout: PositiveFloat | Timeouts | None = None
    """Seconds to wait for the next event, or all limits as `Timeouts`: a JSON object in the environment."""
    max_retries: NonNegativeInt = DEFAULT_RETRIES
    """Attempts after the first one."""
    base_url: str | None = None
    """Of the service; None leaves it to the SDK, which may read a variable of its own."""
    headers: dict[str, SecretStr] | None = None
    """Further headers of every request; a JSON object in the environment."""
    query: dict[str, SecretStr] | None = None
    """Query parameters of every request; a JSON object in the environment."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The given values, then the environment."""
        return init_settings, CheckedEnvironment(settings_cls), dotenv_settings, file_secret_settings

    @field_validator(*GenerationFields.model_fields, mode="after")
    @classmethod
    def _checked(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.field_name is not None:
            check_setting(info.field_name, value)
        return value

    def connection_options(self, client: object = None, async_client: object = None) -> ConnectionOptions:
        """The options of the connection, with SDK clients of the application's own."""
        return ConnectionOptions(
            base_url=self.base_url,
            timeout=self.timeout,
            headers=self.headers or {},
            query=self.query or {},
            client=client,
            async_client=async_client,
            **self._own_options(),
        )

    def _own_options(self) -> OwnOptions:
        """The options that only this provider has."""
        return {}

    @model_validator(mode="wrap")
    @classmethod
    def _explained(cls, given: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(given)
        except ValidationError as error:
            problems = [cls._problem(problem) for problem in error.errors(include_input=False, include_context=False)]
        # Raised out here: pydantic's error holds all that was given, keys too, and must not be chained.
        raise ConfigurationError("; ".join(problems))

    @classmethod
    def _problem(cls, problem: ErrorDetails) -> str:
        place = str(problem["loc"][0]) if problem["loc"] else ""
        for name, field in cls.model_fields.items():
            if place in {name, *aliases(field)}:
                return f"{cls._variable(name)} ({cls.__name__}.{name}): {problem['msg']}"
        return f"{cls.__name__}.{place}: {problem['msg']}"

    @classmethod
    def _variable(cls, name: str) -> str:
        return (cls.model_config.get("env_prefix", "") + name).upper()

    @override
    def __getstate__(self) -> dict[Any, Any]:  # Any: as pydantic declares it
        """Secrets don't travel in pickles, and headers and query parameters are secrets; copies keep them."""
        state = super().__getstate__()
        fields = {k: None if _holds_a_secret(v) else v for k, v in state["__dict__"].items()}
        return {**state, "__dict__": fields}


def _holds_a_secret(value: object) -> bool:
    values = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(each, SecretStr) for each in values)


class AnthropicSettings(ProviderSettings):
    """Settings of an Anthropic model, from `GOD_LLM_ANTHROPIC_...`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_ANTHROPIC_")

    model: Annotated[AnthropicModel | CustomModel, MODEL_NAME] = FROM_ENVIRONMENT
    """A name of the catalogue, or `custom:NAME` for any other."""
    api_key: SecretStr | None = None


class OpenAISettings(ProviderSettings):
    """Settings of an OpenAI model, from `GOD_LLM_OPENAI_...`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_OPENAI_")

    model: Annotated[OpenAIModel | CustomModel, MODEL_NAME] = FROM_ENVIRONMENT
    """A name of the catalogue, or `custom:NAME` for any other."""
    api: Literal["responses", "chat_completions"] = "responses"
    """Which of OpenAI's two APIs is spoken."""
    server: ServerName | None = None
    """A server that speaks chat completions; `api` need not be set beside it."""
    api_key: SecretStr | None = None

    @property
    def spoken_api(self) -> str | None:
        """The API; None where only `server` was chosen, which then decides."""
        return None if self.server is not None and "api" not in self.model_fields_set else self.api


class GroqSettings(ProviderSettings):
    """Settings of a Groq model, from `GOD_LLM_GROQ_...`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_GROQ_")

    model: Annotated[GroqModel | CustomModel, MODEL_NAME] = FROM_ENVIRONMENT
    """A name of the catalogue, or `custom:NAME` for any other."""
    api_key: SecretStr | None = None


class OllamaSettings(ProviderSettings):
    """Settings of an Ollama model, from `GOD_LLM_OLLAMA_...`; without a base URL, the SDK reads `OLLAMA_HOST`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_OLLAMA_")

    model: Annotated[OllamaModel | CustomModel, MODEL_NAME] = FROM_ENVIRONMENT
    """A name of the catalogue, or `custom:NAME` for any other tag."""
    api_key: SecretStr | None = None


class BedrockSettings(ProviderSettings):
    """Settings of a Bedrock model, from `GOD_LLM_BEDROCK_...`; the region also from `AWS_REGION`.

    AWS's other variables (`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, `AWS_BEARER_TOKEN_BEDROCK`, ...) are left to
    AWS's own chain, which holds where none of the credentials is set here.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_BEDROCK_")

    model: Annotated[BedrockModel | CustomModel, MODEL_NAME] = FROM_ENVIRONMENT
    """A name of the catalogue, or `custom:NAME` for an ARN or any other id."""
    region: str | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_BEDROCK_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    )
    max_concurrency: PositiveInt | None = None
    """By default 64: how many async calls may be under way at a time on one event loop."""
    profile: str | None = None
    """A profile of AWS's configuration files."""
    role_arn: str | None = None
    """A role to assume."""
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    session_token: SecretStr | None = None
    api_key: SecretStr | None = None
    """A Bedrock API key (a bearer token)."""

    @override
    def connection_options(self, client: object = None, async_client: object = None) -> ConnectionOptions:
        """As for every provider, but a client of the application's goes with a region of AWS's own variables."""
        is_usual = self.region in (os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"))
        if self.region is None or not is_usual or (client is None and async_client is None):
            return super().connection_options(client, async_client)
        return self.model_copy(update={"region": None}).connection_options(client, async_client)

    @override
    def _own_options(self) -> OwnOptions:
        return {"region": self.region, "max_concurrency": self.max_concurrency}

    def aws_auth(self) -> AWSAuth:
        """The credentials among these settings."""
        return AWSAuth(
            profile=self.profile,
            role_arn=self.role_arn,
            access_key_id=None if self.access_key_id is None else self.access_key_id.get_secret_value(),
            secret_access_key=self.secret_access_key,
            session_token=self.session_token,
            bearer_token=self.api_key,
        )
