"""The settings of the containers: from code, from the environment, and what is said when they can't be read."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import pytest
from pydantic import SecretStr, ValidationError

from god_llm import ConfigurationError, CustomModel
from god_llm.containers import (
    AnthropicSettings,
    BedrockSettings,
    GroqSettings,
    OllamaSettings,
    OpenAISettings,
    ProviderSettings,
)
from god_llm.domain.settings import DefaultTemperature

KEY = "sk-canary-0123456789"

KINDS: list[tuple[str, type[ProviderSettings], str]] = [
    ("ANTHROPIC", AnthropicSettings, "claude-sonnet-5-5"),
    ("BEDROCK", BedrockSettings, "amazon.nova-lite-v1:0"),
    ("GROQ", GroqSettings, "openai/gpt-oss-20b"),
    ("OLLAMA", OllamaSettings, "llama3.1"),
    ("OPENAI", OpenAISettings, "gpt-5.5"),
]


def key_of(settings: object) -> str | None:
    """The key among the settings, as text."""
    key = getattr(settings, "api_key")  # noqa: B009 - each class has its own field
    assert key is None or isinstance(key, SecretStr)
    return None if key is None else key.get_secret_value()


@pytest.mark.parametrize(("name", "kind", "model"), KINDS)
def test_every_field_has_a_variable(
    name: str, kind: type[ProviderSettings], model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each field is read from `GOD_LLM_<PROVIDER>_<FIELD>`, as the type it has."""
    values = {
        "model": model,
        "temperature": "0.25",
        "max_tokens": "100",
        "top_p": "0.5",
        "stop": "END",
        "seed": "7",
        "reasoning": "low",
        "timeout": "2.5",
        "max_retries": "0",
        "base_url": "http://localhost:1",
        "api_key": KEY,
    }
    for field, value in values.items():
        monkeypatch.setenv(f"GOD_LLM_{name}_{field.upper()}", value)
    settings = kind()
    assert {field: getattr(settings, field) for field in values} == {
        "model": model,
        "temperature": 0.25,
        "max_tokens": 100,
        "top_p": 0.5,
        "stop": ("END",),
        "seed": 7,
        "reasoning": "low",
        "timeout": 2.5,
        "max_retries": 0,
        "base_url": "http://localhost:1",
        "api_key": SecretStr(KEY),
    }


@pytest.mark.parametrize(("name", "kind", "model"), KINDS)
def test_only_the_model_has_to_be_set(
    name: str, kind: type[ProviderSettings], model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else has a default: the temperature one that nobody chose, the rest what the provider decides."""
    with pytest.raises(ConfigurationError, match=f"^GOD_LLM_{name}_MODEL "):
        kind()
    monkeypatch.setenv(f"GOD_LLM_{name}_MODEL", model)
    settings = kind()
    assert isinstance(settings.temperature, DefaultTemperature)
    assert (settings.max_tokens, settings.stop, settings.timeout, settings.max_retries) == (None, (), None, 2)
    assert (settings.base_url, key_of(settings)) == (None, None)


@pytest.mark.parametrize(
    ("variable", "kind"),
    [
        ("ANTHROPIC_API_KEY", AnthropicSettings),
        ("GROQ_API_KEY", GroqSettings),
        ("OLLAMA_API_KEY", OllamaSettings),
        ("OPENAI_API_KEY", OpenAISettings),
    ],
)
def test_the_usual_variable_stays_with_the_source_of_keys(
    variable: str, kind: type[ProviderSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings hold a key from our own variable alone; the container's `keys` reads the usual one at each request."""
    provider = variable.removesuffix("_API_KEY")
    monkeypatch.setenv(f"GOD_LLM_{provider}_MODEL", "custom:any")
    monkeypatch.setenv(variable, "usual")
    assert key_of(kind()) is None
    monkeypatch.setenv(f"GOD_LLM_{variable}", "ours")
    assert key_of(kind()) == "ours"


def test_the_usual_variables_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's region comes from the variables that its own tools read."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert BedrockSettings(model="amazon.nova-lite-v1:0").region == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert BedrockSettings(model="amazon.nova-lite-v1:0").region == "us-east-1"
    monkeypatch.setenv("GOD_LLM_BEDROCK_REGION", "ap-south-1")
    assert BedrockSettings(model="amazon.nova-lite-v1:0").region == "ap-south-1"


def test_what_is_said_in_code_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that is given is not looked up."""
    monkeypatch.setenv("GOD_LLM_OPENAI_MODEL", "gpt-5.1")
    monkeypatch.setenv("GOD_LLM_OPENAI_API", "chat_completions")
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    settings = OpenAISettings(model="gpt-5.5", api="responses", api_key=SecretStr(KEY))
    assert (settings.model, settings.api, key_of(settings)) == ("gpt-5.5", "responses", KEY)


def test_another_model_goes_in_by_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    """`custom:NAME` is a `CustomModel`; a plain name stays one, to be looked up in the catalogue."""
    monkeypatch.setenv("GOD_LLM_OLLAMA_MODEL", "custom:qwen3:8b")
    assert type(OllamaSettings().model) is CustomModel
    assert OllamaSettings().model == "qwen3:8b"
    assert type(OllamaSettings(model=CustomModel("qwen3:8b")).model) is CustomModel
    assert type(OllamaSettings(model="llama3.1").model) is str


@pytest.mark.parametrize(
    ("text", "stop"), [("END", ("END",)), ('["a", "b"]', ("a", "b")), ("", ()), ("none", ()), ("a,b", ("a,b",))]
)
def test_stop_is_one_text_or_a_json_list(text: str, stop: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commas may be stop texts, so several texts are a JSON list."""
    monkeypatch.setenv("GOD_LLM_GROQ_STOP", text)
    assert GroqSettings(model="openai/gpt-oss-20b").stop == stop
    assert GroqSettings(model="openai/gpt-oss-20b", stop=stop).stop == stop


def test_none_and_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`none` is None, here no temperature at all; an empty variable is one that is not set."""
    monkeypatch.setenv("GOD_LLM_GROQ_TEMPERATURE", "none")
    assert GroqSettings(model="openai/gpt-oss-20b").temperature is None
    monkeypatch.setenv("GOD_LLM_GROQ_TEMPERATURE", "")
    assert GroqSettings(model="openai/gpt-oss-20b").temperature == 0.7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", "hot"),
        ("temperature", "-1"),
        ("temperature", "nan"),
        ("max_tokens", "0"),
        ("max_tokens", "many"),
        ("timeout", "0"),
        ("max_retries", "-1"),
        ("stop", "[broken"),
        ("seed", "1.5"),
        ("reasoning", "hihg"),
        ("api", "telepathy"),
    ],
)
def test_what_can_not_be_read_is_a_configuration_error_that_names_the_variable(
    field: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which variable and which field, so that nobody has to search."""
    monkeypatch.setenv(f"GOD_LLM_OPENAI_{field.upper()}", value)
    with pytest.raises(ConfigurationError) as caught:
        OpenAISettings(model="gpt-5.5")
    assert f"GOD_LLM_OPENAI_{field.upper()} (OpenAISettings.{field})" in str(caught.value)


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error names every variable that can't be read."""
    monkeypatch.setenv("GOD_LLM_GROQ_SEED", "x")
    monkeypatch.setenv("GOD_LLM_GROQ_TOP_P", "y")
    with pytest.raises(ConfigurationError, match=r"_TOP_P.*_SEED.*_MODEL"):
        GroqSettings()


def test_a_field_that_does_not_exist_is_refused() -> None:
    """A mistyped field is an error, not a setting that does nothing."""
    with pytest.raises(ConfigurationError, match=r"GroqSettings\.modle"):
        GroqSettings(model="openai/gpt-oss-20b", modle="x")  # type: ignore[call-arg]  # the law
    with pytest.raises(ConfigurationError, match=r"GroqSettings\.model"):
        GroqSettings(model=5)  # type: ignore[arg-type]  # the law


# -- secrets ---------------------------------------------------------------------------------------------


def with_keys() -> list[ProviderSettings]:
    """Settings of each provider, with keys in every field that holds one."""
    key = SecretStr(KEY)
    return [
        AnthropicSettings(model="claude-sonnet-5-5", api_key=key),
        GroqSettings(model="openai/gpt-oss-20b", api_key=key),
        OllamaSettings(model="llama3.1", api_key=key),
        OpenAISettings(model="gpt-5.5", api_key=key),
        BedrockSettings(
            model="amazon.nova-lite-v1:0", api_key=key, access_key_id=key, secret_access_key=key, session_token=key
        ),
    ]


@pytest.mark.parametrize("settings", with_keys(), ids=lambda settings: type(settings).__name__)
def test_settings_do_not_show_their_keys(settings: ProviderSettings) -> None:
    """No key is in the text, the dump or the pickle of settings; a copy still has it."""
    dumped = json.dumps(settings.model_dump(mode="json"))
    shown = [repr(settings), str(settings), repr(settings.model_dump()), dumped, repr(vars(settings))]
    assert not any(KEY in text for text in shown)
    assert KEY.encode() not in pickle.dumps(settings)
    assert key_of(copy.deepcopy(settings)) == KEY


def test_settings_arrive_in_another_process_without_the_key() -> None:
    """All else is there."""
    sent = AnthropicSettings(model="claude-sonnet-5-5", api_key=SecretStr(KEY), seed=3)
    arrived = pickle.loads(pickle.dumps(sent))
    assert (arrived.model, arrived.seed, arrived.api_key) == ("claude-sonnet-5-5", 3, None)


@pytest.mark.parametrize("wrong", ["SEED", "MODEL", "API_KEY"])
def test_an_error_does_not_show_a_key(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key beside a mistake, or put into the wrong variable, is not in the error, nor anywhere in its traceback."""
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    if wrong == "SEED":
        monkeypatch.setenv("GOD_LLM_GROQ_SEED", KEY)
    key = KEY.encode() if wrong == "API_KEY" else None
    with pytest.raises(ConfigurationError) as caught:
        GroqSettings(**({"model": "openai/gpt-oss-20b", "api_key": [key]} if key else {}))  # type: ignore[arg-type]
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_settings_are_values() -> None:
    """Settings don't change under a container that uses them."""
    with pytest.raises(ValidationError, match="frozen"):
        GroqSettings(model="openai/gpt-oss-20b").seed = 5  # type: ignore[misc]  # the law


def test_none_is_an_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """`none` in the variable of the reasoning is the effort "none"; other fields read it as None."""
    monkeypatch.setenv("GOD_LLM_GROQ_REASONING", "none")
    monkeypatch.setenv("GOD_LLM_GROQ_SEED", "none")
    settings = GroqSettings(model="qwen/qwen3-32b")
    assert (settings.reasoning, settings.seed) == ("none", None)


def test_variables_of_a_longer_prefix_are_another_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that ends with a field belongs to settings of the application's own, and is let through."""
    monkeypatch.setenv("GOD_LLM_OPENAI_FAST_MODEL", "gpt-5.4-mini")
    assert OpenAISettings(model="gpt-5.5").model == "gpt-5.5"


@pytest.mark.parametrize("name", ["MAXTOKENS", "max_token", "MAX_TOKENS_"])
def test_an_unknown_variable_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with the prefix that is no field's is refused with the nearest name, without its value."""
    monkeypatch.setenv(f"GOD_LLM_GROQ_{name}", "planted")
    with pytest.raises(ConfigurationError, match="the nearest is GOD_LLM_GROQ_MAX_TOKENS") as caught:
        GroqSettings(model="qwen/qwen3-32b")
    assert "planted" not in str(caught.value)
