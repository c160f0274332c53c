"""The settings of the containers: typed values, given in code or read from the environment.

`AnthropicSettings(model="claude-sonnet-5-5")` sets a field in code. A field that is not given is read from
`GOD_LLM_ANTHROPIC_` and the field's name in capitals, then from the provider's usual variable where one is
named below. A variable that is empty counts as unset, and `none` stands for None. What can't be read is a
`ConfigurationError` that names the variable and never shows a value, since the value may be a key.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    NonNegativeInt,
    PlainValidator,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, from_json
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from typing_extensions import override

from god_llm.auth import AWSAuth
from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.models import CustomModel
from god_llm.domain.settings import DEFAULT_TEMPERATURE, TemperatureValidator
from god_llm.plugins.anthropic.models import AnthropicModel
from god_llm.plugins.bedrock.models import BedrockModel
from god_llm.plugins.bedrock.transport import DEFAULT_CONCURRENCY
from god_llm.plugins.groq.models import GroqModel
from god_llm.plugins.ollama.models import OllamaModel
from god_llm.plugins.openai import OpenAIApi, OpenAIModel

__all__ = [
    "AnthropicSettings",
    "BedrockSettings",
    "GroqSettings",
    "OllamaSettings",
    "OpenAISettings",
    "ProviderSettings",
]

_CUSTOM = "custom:"


def _model_name(value: object) -> str:
    """A name as it is, for the facade to look up in its catalogue; `custom:NAME` as a `CustomModel`."""
    if not isinstance(value, str) or not value:
        raise ValueError("a model's name is a text")
    return CustomModel(value.removeprefix(_CUSTOM)) if value.startswith(_CUSTOM) else value


def _texts(value: object) -> object:
    """One stop text as it is, several as a JSON list."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    return from_json(value) if value.startswith("[") else (value,)


_Name = PlainValidator(_model_name)


class ProviderSettings(BaseSettings):
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
    max_tokens: PositiveInt | None = None
    top_p: float | None = None
    stop: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_texts)] = ()
    """One text, or several as a JSON list."""
    seed: int | None = None
    reasoning: ReasoningEffort | None = None
    """How much to reason, in one of the words that the model takes."""
    timeout: PositiveFloat | None = None
    """Seconds without a sign of life from the service; None leaves it to the SDK."""
    max_retries: NonNegativeInt = 2
    base_url: str | None = None
    """Of the service; None leaves it to the SDK, which may look at a variable of its own."""

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
            if place in {name, *_aliases(field)}:
                return f"{cls._variable(name)} ({cls.__name__}.{name}): {problem['msg']}"
        return f"{cls.__name__}.{place}: {problem['msg']}"

    @classmethod
    def _variable(cls, name: str) -> str:
        return (cls.model_config.get("env_prefix", "") + name).upper()

    @override
    def __getstate__(self) -> dict[Any, Any]:  # Any: as pydantic declares it
        """Keys don't travel in pickles; copies are made without this."""
        state = super().__getstate__()
        fields = {k: None if isinstance(v, SecretStr) else v for k, v in state["__dict__"].items()}
        return {**state, "__dict__": fields}


def _aliases(field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []


class AnthropicSettings(ProviderSettings):
    """Settings of an Anthropic model, from `GOD_LLM_ANTHROPIC_...`; the key also from `ANTHROPIC_API_KEY`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_ANTHROPIC_")

    model: Annotated[AnthropicModel | CustomModel, _Name]
    """A name of the catalogue, or `custom:NAME` for any other."""
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY")
    )


class OpenAISettings(ProviderSettings):
    """Settings of an OpenAI model, from `GOD_LLM_OPENAI_...`; the key also from `OPENAI_API_KEY`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_OPENAI_")

    model: Annotated[OpenAIModel | CustomModel, _Name]
    """A name of the catalogue, or `custom:NAME` for any other."""
    api: OpenAIApi = "responses"
    """Which of OpenAI's two APIs is spoken."""
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_OPENAI_API_KEY", "OPENAI_API_KEY")
    )


class GroqSettings(ProviderSettings):
    """Settings of a Groq model, from `GOD_LLM_GROQ_...`; the key also from `GROQ_API_KEY`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_GROQ_")

    model: Annotated[GroqModel | CustomModel, _Name]
    """A name of the catalogue, or `custom:NAME` for any other."""
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_GROQ_API_KEY", "GROQ_API_KEY")
    )


class OllamaSettings(ProviderSettings):
    """Settings of an Ollama model, from `GOD_LLM_OLLAMA_...`; also from `OLLAMA_HOST` and `OLLAMA_API_KEY`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_OLLAMA_")

    model: Annotated[OllamaModel | CustomModel, _Name]
    """A name of the catalogue, or `custom:NAME` for any other tag."""
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_OLLAMA_API_KEY", "OLLAMA_API_KEY")
    )
    base_url: str | None = Field(default=None, validation_alias=AliasChoices("GOD_LLM_OLLAMA_BASE_URL", "OLLAMA_HOST"))


class BedrockSettings(ProviderSettings):
    """Settings of a Bedrock model, from `GOD_LLM_BEDROCK_...`; the region also from `AWS_REGION`.

    AWS's other variables (`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, `AWS_BEARER_TOKEN_BEDROCK`, ...) are left to
    AWS's own chain, which holds where none of the credentials is set here.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="GOD_LLM_BEDROCK_")

    model: Annotated[BedrockModel | CustomModel, _Name]
    """A name of the catalogue, or `custom:NAME` for an ARN or any other id."""
    region: str | None = Field(
        default=None, validation_alias=AliasChoices("GOD_LLM_BEDROCK_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    )
    max_concurrency: PositiveInt = DEFAULT_CONCURRENCY
    """How many async calls may be under way at a time on one event loop."""
    profile: str | None = None
    """A profile of AWS's configuration files."""
    role_arn: str | None = None
    """A role to assume."""
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    session_token: SecretStr | None = None
    api_key: SecretStr | None = None
    """A Bedrock API key (a bearer token)."""

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
