"""The conformance kit itself: what is skipped is seen, what is missing fails; and the smaller suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final, Optional

import pytest
from typing_extensions import override

from god_llm.domain.streams import Stream
from god_llm.plugins.base import AIMessage, BaseLLM, CustomProvider, TemperatureValidator
from god_llm.plugins.exceptions import BaseLLMException
from god_llm.testing import BaseLLMConformance

SUITE: Final = """
from god_llm import ChatOllama, CustomModel
from god_llm.testing import ProviderConformance, Recording

class TestMine(ProviderConformance):
    recordings = (
        Recording(
            name="hi",
            reply={"message": {"content": "hi"}, "done": True, "done_reason": "stop", "eval_count": 1},
            events=[{"message": {"content": "hi"}}, {"done": True, "done_reason": "stop", "eval_count": 1}],
            content="hi",
        ),
    )
    claims = frozenset({"streams", "async", "temperature", "max_tokens", "top_p", "stop", "seed", "images", "system"})
    usage_names = frozenset({"eval_count"})
    omits = {OMITS}

    def make(self, **injected):
        return ChatOllama(CustomModel("any"), **injected)
"""


def outcome(tmp_path: Path, omits: dict[str, str], *chosen: str) -> str:
    """What pytest says of the suite, run as its author would."""
    (tmp_path / "test_mine.py").write_text(SUITE.replace("{OMITS}", repr(omits)), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *chosen],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


def test_a_law_that_lacks_what_it_needs_fails(tmp_path: Path) -> None:
    """Without `connect` and error samples the suite is not complete: that is a failure and no skip."""
    told = outcome(tmp_path, {}, "-k", "complete or not_there")
    assert "no error samples" in told
    assert "give a connect(), or name the laws that need one in omits" in told
    assert "5 failed" in told
    assert "passed" not in told


def test_an_omitted_law_is_skipped_with_its_reason(tmp_path: Path) -> None:
    """A skip is counted as one, and says why."""
    omits = {"test_a_service_that_is_not_there": "there is no HTTP", "test_an_error_is_mapped": "it never fails"}
    told = outcome(tmp_path, omits, "-k", "complete or not_there")
    assert "omitted by the suite: there is no HTTP" in told
    assert "1 passed, 4 skipped" in told


def test_a_claim_that_is_not_true_fails(tmp_path: Path) -> None:
    """The suite above denies tools, which the provider takes: it must then refuse them, and does not."""
    told = outcome(tmp_path, {}, "-k", "denied_is_refused and tools")
    assert "DID NOT RAISE" in told
    assert "4 failed" in told


def test_the_rest_of_the_kit_is_loaded_without_pytest() -> None:
    """Only the conformance kit imports pytest, and only when it is asked for."""
    program = (
        "import sys, god_llm.testing as kit\n"
        "assert 'pytest' not in sys.modules\n"
        "kit.FakeGenerator('hi').generate('x'); kit.FakeTransport({})\n"
        "assert not {'pytest', 'syrupy', 'openai', 'httpx', 'botocore'} & sys.modules.keys()\n"
        "kit.ProviderConformance\n"
        "assert 'pytest' in sys.modules\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


class NewProvider(BaseLLM):
    """A provider after the template: `__init__` and `generate`."""

    def __init__(
        self,
        model_name: str,
        temperature: Optional[TemperatureValidator] = 0.7,  # noqa: UP045 - the template's words
        api_key: str | None = None,
    ) -> None:
        super().__init__(CustomProvider("new_provider"), api_key)
        self.model_name = model_name
        self.temperature = temperature

    @override
    def generate(self, prompt: str) -> AIMessage:
        try:
            if self.model_name == "broken":
                raise OSError("no answer")  # noqa: TRY301 - what a service's client would raise
            return AIMessage(content=prompt[::-1], provider=self.provider, model=self.model_name)
        except Exception as e:
            raise BaseLLMException(f"Error: {e}") from e


class TestNewProvider(BaseLLMConformance):
    """The smaller suite, for a provider of one class."""

    @override
    def make(self, api_key: str | None) -> BaseLLM:
        return NewProvider("any", api_key=api_key)

    @override
    def failing(self) -> BaseLLM:
        return NewProvider("broken", api_key="key")


class Careless(NewProvider):
    """Lets its service's errors through, keeps its key in the open, and streams something else."""

    def __init__(self, model_name: str, temperature: float | None = 0.7, api_key: str | None = None) -> None:
        super().__init__(model_name, temperature, api_key or "found-somewhere")
        self.key = api_key
        self.calls = 0

    @override
    def generate(self, prompt: str) -> AIMessage:
        if self.model_name == "broken":
            raise OSError("no answer")
        self.calls += 1
        return AIMessage(content=f"{prompt} {self.calls}", metadata={"tags": {1, 2}})

    @override
    def stream(self, prompt: str) -> Stream:
        return NewProvider("any", api_key="key").stream(prompt)


class CarelessSuite(BaseLLMConformance):
    """Not collected by its name: each law is called below."""

    @override
    def make(self, api_key: str | None) -> BaseLLM:
        return Careless("any", api_key=api_key)

    @override
    def failing(self) -> BaseLLM:
        return Careless("broken", api_key="key")


@pytest.mark.parametrize(
    ("law", "noticed"),
    [
        ("test_streamed_equals_whole", AssertionError),
        ("test_async_equals_sync", AssertionError),
        ("test_batches_keep_their_order", AssertionError),
        ("test_a_message_survives_json", AssertionError),
        ("test_a_failure_is_one_of_ours", OSError),
        ("test_the_key_is_in_no_text", AssertionError),
    ],
)
def test_the_smaller_suite_notices(law: str, noticed: type[Exception]) -> None:
    """Each of its laws fails for a provider without the behaviour that it names."""
    with pytest.raises(noticed):
        getattr(CarelessSuite(), law)()


def test_the_smaller_suite_notices_a_key_that_nobody_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is made without its key is noticed."""
    with pytest.raises(pytest.fail.Exception):
        CarelessSuite().test_a_missing_key_is_named(monkeypatch)
