"""Where keys come from, and where they never go."""

from __future__ import annotations

import copy
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from god_llm import (
    Auth,
    AWSAuth,
    CallbackAuth,
    ChainAuth,
    ChatAnthropic,
    CustomProvider,
    EnvironmentAuth,
    InvalidAPIKeyError,
    KeyringAuth,
    LLMProviderType,
    MissingDependencyError,
    StaticAuth,
)
from god_llm.auth.secret import secret
from god_llm.protocols import AuthSource

KEY = "sk-canary-0123456789"

VARIABLES: list[tuple[LLMProviderType, str]] = [
    ("openai", "OPENAI_API_KEY"),
    ("anthropic", "ANTHROPIC_API_KEY"),
    ("groq", "GROQ_API_KEY"),
    ("ollama", "OLLAMA_API_KEY"),
    ("bedrock", "AWS_BEARER_TOKEN_BEDROCK"),
]


def store() -> Auth:
    """A store with a key in it."""
    auth = Auth()
    auth.set_key("anthropic", KEY)
    return auth


HOLDERS: list[Callable[[], AuthSource]] = [
    store,
    lambda: StaticAuth(KEY),
    lambda: StaticAuth({"anthropic": KEY}),
    lambda: AWSAuth(access_key_id="AKIAEXAMPLE", secret_access_key=SecretStr(KEY), session_token=SecretStr(KEY)),
    lambda: AWSAuth(bearer_token=SecretStr(KEY)),
    lambda: ChainAuth(StaticAuth(KEY)),
]


def found(source: AuthSource, provider: LLMProviderType | CustomProvider = "anthropic") -> str | None:
    """The key that a source has, as text."""
    key = source.get_key(provider)
    return None if key is None else key.get_secret_value()


# -- the environment ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("provider", "variable"), VARIABLES)
def test_each_provider_has_its_usual_variable(
    provider: LLMProviderType, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's own variable is read, and no other provider's."""
    monkeypatch.setenv(variable, KEY)
    source = EnvironmentAuth()
    assert {name: found(source, name) for name, _ in VARIABLES} == {
        name: KEY if name == provider else None for name, _ in VARIABLES
    }


def test_a_provider_of_your_own_has_a_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name in capitals, with what a variable can't have replaced, and `_API_KEY`."""
    monkeypatch.setenv("MY_OWN_API_KEY", KEY)
    assert found(EnvironmentAuth(), CustomProvider("my-own")) == KEY


def test_variables_can_be_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of yours takes the place of the usual one for the provider it is named for."""
    monkeypatch.setenv("TEAM_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    source = EnvironmentAuth({"anthropic": "TEAM_KEY"})
    assert (found(source, "anthropic"), found(source, "openai")) == (KEY, "other")


def test_the_environment_is_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that changes is seen at the next request; an empty variable is no key."""
    source = EnvironmentAuth()
    assert found(source) is None
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    assert found(source) == KEY
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    assert found(source) is None


# -- the other sources ----------------------------------------------------------------------------------------


def test_the_store_keeps_a_key_for_each_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was set wins over the environment, for its provider alone, until another one is set."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "from-environment")
    monkeypatch.setenv("GROQ_API_KEY", "from-environment")
    auth = store()
    assert (found(auth, "anthropic"), found(auth, "groq"), found(auth, "openai")) == (KEY, "from-environment", None)
    auth.set_key("anthropic", SecretStr("second"))
    assert found(auth, "anthropic") == "second"


def test_the_store_asks_the_source_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fallback of your own the environment is not looked at."""
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    auth = Auth(StaticAuth({"groq": KEY}))
    assert (found(auth, "groq"), found(auth, "openai")) == (KEY, None)


def test_static_keys() -> None:
    """One key is for whoever asks; keys by name are for these providers alone."""
    assert found(StaticAuth(SecretStr(KEY)), "groq") == KEY
    named = StaticAuth({"groq": KEY})
    assert (found(named, "groq"), found(named, "openai")) == (KEY, None)


def test_a_callback_is_asked_each_time_and_told_for_whom() -> None:
    """A function gives the key of the moment; None is none."""
    asked: list[str] = []

    def rotating(provider: str) -> str | SecretStr | None:
        asked.append(provider)
        return (None, "first", SecretStr("second"))[len(asked) - 1]

    source = CallbackAuth(rotating)
    assert [found(source, "groq"), found(source, "openai"), found(source, "groq")] == [None, "first", "second"]
    assert asked == ["groq", "openai", "groq"]


def test_a_chain_asks_in_turn() -> None:
    """The first source that has a key wins, and those after it are not asked."""

    def never(provider: str) -> str:
        raise AssertionError(provider)

    chain = ChainAuth(StaticAuth({"openai": "other"}), StaticAuth(KEY), CallbackAuth(never))
    assert found(chain, "anthropic") == KEY
    assert found(ChainAuth(), "anthropic") is None


def test_the_keyring_is_asked_under_the_service_and_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is what the `keyring` package has for (service, provider)."""
    (tmp_path / "keyring.py").write_text(
        "def get_password(service, name):\n    return {('team', 'groq'): 'groq-key'}.get((service, name))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    source = KeyringAuth("team")
    assert (found(source, "groq"), found(source, "openai")) == ("groq-key", None)
    sys.modules.pop("keyring")


def test_a_missing_keyring_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error says what to install."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MissingDependencyError, match=r"god-llm-kit\[keyring\]"):
        KeyringAuth().get_key("openai")


def test_aws_credentials_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile, a role or keys that were given are not overruled by a bearer token that happens to be set."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", KEY)
    assert found(AWSAuth(), "bedrock") == KEY
    for given_by_hand in (
        AWSAuth(profile="dev"),
        AWSAuth(role_arn="arn:aws:iam::1:role/r"),
        AWSAuth(access_key_id="A"),
    ):
        assert found(given_by_hand, "bedrock") is None
    assert found(AWSAuth(profile="dev", bearer_token=SecretStr("own")), "bedrock") == "own"


@pytest.mark.parametrize("make", [*HOLDERS, EnvironmentAuth, lambda: CallbackAuth(lambda _: KEY), KeyringAuth])
def test_every_source_fits_the_socket(make: Callable[[], AuthSource]) -> None:
    """Whatever gives keys is an `AuthSource`."""
    assert isinstance(make(), AuthSource)


# -- keys that can't be one -----------------------------------------------------------------------------------


@given(
    st.text(max_size=30).filter(lambda text: not text.isascii() or not text.isprintable() or " " in text or not text)
)
def test_what_no_header_takes_is_no_key(text: str) -> None:
    """An empty key, blanks, line breaks and other characters are refused when the key is set, without showing it."""
    with pytest.raises(InvalidAPIKeyError) as caught:
        Auth().set_key("groq", text)
    assert "groq" in str(caught.value)
    assert caught.value.provider == "groq"
    if len(text) > 9:
        assert text not in str(caught.value)


@pytest.mark.parametrize("wrong", ["", f"{KEY}\n", f" {KEY}", "ключ", f"{KEY}\x00"])
def test_no_source_hands_out_what_can_not_be_a_key(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is the same for every way in, and the error does not show the key."""
    ways: list[Callable[[], object]] = [
        lambda: StaticAuth(wrong),
        lambda: StaticAuth({"anthropic": wrong}),
        lambda: CallbackAuth(lambda _: wrong).get_key("anthropic"),
        lambda: ChatAnthropic("claude-sonnet-5-5", api_key=wrong),
    ]
    if wrong and "\x00" not in wrong:
        monkeypatch.setenv("ANTHROPIC_API_KEY", wrong)
        ways.append(lambda: EnvironmentAuth().get_key("anthropic"))
    for way in ways:
        with pytest.raises(InvalidAPIKeyError) as caught:
            way()
        assert isinstance(caught.value, ValueError)
        assert KEY not in "".join(traceback.format_exception_only(caught.value))


# -- where keys never go --------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", HOLDERS)
def test_a_holder_of_keys_does_not_show_them(make: Callable[[], AuthSource]) -> None:
    """No key is in the text of a source, nor of what it hands out."""
    source = make()
    key = source.get_key("bedrock" if isinstance(source, AWSAuth) else "anthropic")
    for shown in (repr(source), str(source), f"{source}", repr(key), str(key), repr(vars(source))):
        assert KEY not in shown
    assert "AKIAEXAMPLE" not in repr(source)


@pytest.mark.parametrize("make", HOLDERS)
def test_a_key_is_not_in_a_pickle(make: Callable[[], AuthSource]) -> None:
    """A source that is sent to another process leaves its keys behind; there the environment is asked."""
    source = make()
    pickled = pickle.dumps(source)
    assert KEY.encode() not in pickled
    assert found(pickle.loads(pickled)) is None


@pytest.mark.parametrize("make", HOLDERS)
def test_a_copy_has_the_keys(make: Callable[[], AuthSource]) -> None:
    """Within the process copies, such as containers make, still know the key."""
    source = make()
    provider: LLMProviderType = "bedrock" if isinstance(source, AWSAuth) else "anthropic"
    assert found(copy.deepcopy(source), provider) == found(source, provider)
    assert found(copy.copy(source), provider) == found(source, provider)


def test_a_facade_does_not_show_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a key that was given nor one that was found is in the facade's text or in that of its parts."""
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    llm = ChatAnthropic("claude-sonnet-5-5", api_key=KEY)
    shown = [f"{part!r}{part}{vars(part) if hasattr(part, '__dict__') else ''}" for part in (llm, *vars(llm).values())]
    assert KEY not in "".join(shown)


def test_plain_secrets_of_aws_are_wrapped() -> None:
    """A secret that was given as plain text is not shown either."""
    auth = AWSAuth(
        access_key_id="AKID",
        secret_access_key="planted",  # type: ignore[arg-type]  # plain text, as untyped code gives it
        session_token="planted",  # type: ignore[arg-type]  # the same
        bearer_token="planted",  # type: ignore[arg-type]  # the same
    )
    assert "planted" not in repr(auth)
    assert isinstance(auth.secret_access_key, SecretStr)
    assert auth == AWSAuth(
        access_key_id="AKID",
        secret_access_key=SecretStr("planted"),
        session_token=SecretStr("planted"),
        bearer_token=SecretStr("planted"),
    )


def test_a_refused_key_is_in_no_frame_of_the_check() -> None:
    """A debugger or an error tracker that shows locals does not show it."""
    with pytest.raises(InvalidAPIKeyError) as caught:
        secret("anybody", "planted\n")
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]
    assert frames
    assert not any("planted" in repr(value) for frame in frames for value in frame.f_locals.values())
