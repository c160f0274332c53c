"""The generator makes the files of a provider that has only a catalogue and a value."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints

import pytest

import god_llm.plugins
from god_llm import ChatModel, InvalidSettingError, Settings, UnknownModelError, UnsupportedParameterError
from god_llm.domain.settings import KeywordSettings
from god_llm.plugins import registry
from god_llm.testing import FakeTransport

SCRIPTS: Final = Path(__file__).parents[2] / "scripts"
CATALOGUE: Final = {
    "acme-large": {"sampling": "always", "efforts": [], "context_window": 9000},
    "acme-thinker": {"sampling": "never", "efforts": ["low", "high"], "default_effort": "low"},
    "acme-old": {"sampling": "always", "efforts": [], "retires": "2020-01-01", "successor": "acme-large"},
}
VALUE: Final = """
from god_llm.domain.facts import PackagedFacts
from god_llm.domain.models import Catalogue
from god_llm.domain.providers import CustomProvider
from god_llm.engine.provider import Provider
from god_llm.plugins.openai.provider import PROVIDER as OPENAI

PROVIDER = Provider(
    name=CustomProvider("acme"),
    title="Acme",
    catalogue=Catalogue("acme", PackagedFacts(__package__), max_temperature=1.5),
    summary="A model at Acme.",
    apis={"": OPENAI.apis["chat_completions"]},
    own_options=frozenset({"region"}),
    notes={"temperature": "0 to 1.5.", "region": "where Acme is."},
)
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a provider that has a catalogue and a value, and nothing else."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "catalogue.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    (folder / "provider.py").write_text(VALUE, encoding="utf-8")
    monkeypatch.setattr(god_llm.plugins, "__path__", [*god_llm.plugins.__path__, str(tmp_path)])
    monkeypatch.syspath_prepend(SCRIPTS)
    yield folder
    for name in [name for name in sys.modules if name.startswith(("god_llm.plugins.acme", "generation"))]:
        del sys.modules[name]


@pytest.fixture
def written(acme: Path) -> ModuleType:
    """The generated facade's module, with the generated models beside it."""
    from generation import facades, model_names
    from generation.source import Source

    source = Source(importlib.import_module("god_llm.plugins.acme.provider").PROVIDER)
    (acme / "models.py").write_text(model_names.models_module(source), encoding="utf-8")
    (acme / "chat.py").write_text(facades.chat_module(source), encoding="utf-8")
    return importlib.import_module("god_llm.plugins.acme.chat")


def made(written: ModuleType, *arguments: Any, **more: Any) -> ChatModel[str, Any, Any]:  # Any: the facade's own
    """A model of the generated facade."""
    llm = written.ChatAcme(*arguments, **more)
    assert isinstance(llm, ChatModel)
    return llm


def test_the_facade_works(written: ModuleType) -> None:
    """It has the models of the catalogue, and sends what its API writes."""
    fake = FakeTransport({"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]})
    llm = made(written, "acme-large", transport=fake, max_tokens=5)
    message = llm.configured(seed=1).generate("hi")
    assert (message.content, message.provider, message.model) == ("hello", "acme", "acme-large")
    assert (fake.requests[0]["model"], fake.requests[0]["temperature"], fake.requests[0]["seed"]) == (
        "acme-large",
        0.7,
        1,
    )
    assert llm.facts.context_window == 9000


def test_its_models_are_those_of_the_catalogue(written: ModuleType) -> None:
    """The Literal, and what is accepted at run time."""
    models = importlib.import_module("god_llm.plugins.acme.models")
    assert set(get_args(models.AcmeModel)) == CATALOGUE.keys()
    with pytest.raises(UnknownModelError, match="Did you mean 'acme-large'"):
        made(written, "acme-larg", transport=FakeTransport({}))


def test_facts_and_options_hold(written: ModuleType) -> None:
    """The range of temperatures, what a model takes, and the options that only some providers have."""
    fake = FakeTransport({})
    with pytest.raises(InvalidSettingError, match=r"between 0 and 1\.5"):
        made(written, "acme-large", 1.6, transport=fake)
    with pytest.raises(UnsupportedParameterError, match="acme-thinker takes no temperature"):
        made(written, "acme-thinker", 0.5, transport=fake)
    with pytest.raises(InvalidSettingError, match="Acme has no max_concurrency="):
        made(written, "acme-large", api_key="key", max_concurrency=3)
    with pytest.warns(god_llm.RetiredModelWarning, match="use 'acme-large'"):
        made(written, "acme-old", transport=fake)


def test_the_docstring_has_every_keyword(written: ModuleType) -> None:
    """Each parameter of the constructor that the provider has, with its notes; what it has not is refused by name."""
    text = inspect.getdoc(written.ChatAcme) or ""
    described = {name for names in re.findall(r"^    (\w[\w, ]*): ", text, re.MULTILINE) for name in names.split(", ")}
    keywords = inspect.signature(ChatModel).parameters.keys() - {"settings", "api", "max_concurrency", "server"}
    api = registry.provider("openai").apis["chat_completions"]
    accepted = get_type_hints(KeywordSettings).keys() & api.settings
    assert described == keywords | accepted
    assert "temperature: 0 to 1.5." in text
    assert "region: where Acme is." in text
    for name in get_type_hints(KeywordSettings).keys() - accepted:
        assert re.search(rf"Acme does not accept [\w, ]*\b{name}\b", " ".join(text.split()))
    assert {each.name for each in fields(Settings)} >= accepted


def test_the_files_say_where_they_come_from(written: ModuleType, acme: Path) -> None:
    """Whoever opens one reads which script wrote it."""
    assert written.__file__ == str(acme / "chat.py")
    for name in ("chat.py", "models.py"):
        assert "# Generated by scripts/generate_models.py" in (acme / name).read_text(encoding="utf-8")


def test_a_full_name_finds_its_facade(acme: Path) -> None:
    """`chat_model` gets an overload for it, the names of its models a type, and the containers one more."""
    from generation import chat_models, containers, model_names
    from generation.source import Source, sources

    source = Source(importlib.import_module("god_llm.plugins.acme.provider").PROVIDER)
    every = [source, *sources()]
    overloads, ids = chat_models.chat_models_module(every), model_names.ids_module(every)
    made_of = containers.containers_module(every)
    for text in (overloads, ids, made_of):
        compile(text, str(acme), "exec")
    assert "def chat_model(name: AcmeModelId, **options: Unpack[_AcmeOptions]) -> ChatAcme: ..." in overloads
    assert '"acme:acme-thinker"' in ids
    assert "class AcmeContainer(" in made_of
