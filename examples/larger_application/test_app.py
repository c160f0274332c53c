"""The application, tested through its container: no part of it is patched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient

from god_llm import OverloadedError, UnsupportedFeatureError
from god_llm.containers import AnthropicSettings
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds, Simulator

from .app import Application, application, create_app

QUESTION = {"text": "Why is the sky blue?"}
ANSWER = "Air scatters blue light more than red."


@pytest.fixture
def parts() -> Iterator[Application]:
    """The parts of the test environment, with a model, and with ids and time that stand still."""
    parts = application("test")
    parts.llm.override_providers(
        settings=AnthropicSettings(model="claude-sonnet-5-5"), ids=SequentialIds(), clock=FrozenClock()
    )
    yield parts
    parts.unwire()


@pytest.fixture
def client(parts: Application) -> Iterator[TestClient]:
    """A client of the application, which is started and stopped around the test."""
    with TestClient(create_app(parts)) as client:
        yield client


def test_an_answer_is_a_normalised_message(client: TestClient) -> None:
    """`POST /ask` gives the message as JSON, with text, usage and finish reason under names of ours."""
    response = client.post("/ask", json=QUESTION)
    assert response.status_code == HTTPStatus.OK
    said = response.json()
    assert (said["content"], said["finish_reason"], said["usage"]["output_tokens"]) == (ANSWER, "stop", 9)
    assert (said["provider"], said["model"]) == ("anthropic", "claude-sonnet-5-5")
    assert (said["id"], said["created_at"]) == (f"{1:032x}", "2026-01-01T00:00:00Z")


def test_an_answer_is_told_as_it_comes(client: TestClient) -> None:
    """`POST /tell` streams the text."""
    with client.stream("POST", "/tell", json=QUESTION) as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert "".join(response.iter_text()) == ANSWER


def test_the_house_has_its_manner(parts: Application, client: TestClient) -> None:
    """The application's own part of the prompt goes out with each question."""
    fake = FakeTransport({"content": [], "stop_reason": "end_turn"})
    with parts.manner.override("Answer as a pirate."), parts.llm.transport.override(fake):
        client.post("/ask", json=QUESTION)
    assert fake.requests[0]["system"] == "Answer as a pirate."


@pytest.mark.parametrize(
    ("error", "status"),
    [(lambda: OverloadedError("try later"), 502), (lambda: UnsupportedFeatureError("no pictures"), 422)],
)
def test_an_error_says_whose_fault_it_is(
    parts: Application, client: TestClient, error: Callable[[], Exception], status: int
) -> None:
    """What the model's side does wrong is a bad gateway; what can't be said to it is the client's."""
    with parts.llm.transport.override(FakeTransport(error())):
        response = client.post("/ask", json=QUESTION)
    assert (response.status_code, response.json()["error"]) == (status, type(error()).__name__)


def test_no_question_is_no_question(client: TestClient) -> None:
    """FastAPI refuses an empty question before the model sees it."""
    assert client.post("/ask", json={"text": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_environment_chooses_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `APP_ENVIRONMENT=test` the application needs neither key nor network."""
    monkeypatch.setenv("APP_ENVIRONMENT", "test")
    monkeypatch.setenv("GOD_LLM_ANTHROPIC_MODEL", "claude-sonnet-5-5")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with TestClient(create_app()) as client:
        assert client.post("/ask", json=QUESTION).json()["content"] == ANSWER


def test_in_production_the_model_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings from the environment lead to a real request, here to the simulator, and `/tell` streams its answer."""
    pytest.importorskip("anthropic", reason="a real request needs the provider's SDK")
    with Simulator() as simulator:
        monkeypatch.setenv("GOD_LLM_ANTHROPIC_MODEL", "claude-sonnet-5-5")
        monkeypatch.setenv("GOD_LLM_ANTHROPIC_BASE_URL", simulator.url("anthropic"))
        monkeypatch.setenv("GOD_LLM_ANTHROPIC_API_KEY", "any")
        with TestClient(create_app(application("production"))) as client:
            whole = client.post("/ask", json=QUESTION).json()["content"]
            with client.stream("POST", "/tell", json=QUESTION) as response:
                assert "".join(response.iter_text()) == whole != ""
        assert [received.path for received in simulator.journal] == ["/v1/messages"] * 2
