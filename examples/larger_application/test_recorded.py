"""The application against what a provider said: recorded once (`--llm-record=once`), replayed ever after.

The messages are compared with snapshots (`--snapshot-update` writes them anew). Nobody needs a key, the network, or the
provider's SDK to run this.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient
from syrupy.assertion import SnapshotAssertion

from god_llm import AIMessage
from god_llm.containers import AnthropicSettings
from god_llm.testing import AIMessageSnapshotExtension, Cassette, wire_cassette

from .app import Application, application, create_app


@pytest.fixture
def parts(llm_cassette: Cassette) -> Iterator[Application]:
    """The parts of production, but for the connection to the provider: the test's cassette is in its place."""
    parts = application("production")
    parts.llm.settings.override(AnthropicSettings(model="claude-sonnet-5-5"))
    wire_cassette(parts.llm, llm_cassette)
    yield parts
    parts.unwire()


@pytest.fixture
def client(parts: Application) -> Iterator[TestClient]:
    """A client of the application."""
    with TestClient(create_app(parts)) as client:
        yield client


@pytest.mark.parametrize("question", ["Why is the sky blue?", "Why is grass green?"])
def test_an_answer(client: TestClient, snapshot: SnapshotAssertion, question: str) -> None:
    """`POST /ask` gives the whole message, which is compared as a message."""
    response = client.post("/ask", json={"text": question})
    assert response.status_code == HTTPStatus.OK
    message = AIMessage.model_validate_json(response.content)
    assert message == snapshot(extension_class=AIMessageSnapshotExtension)


def test_an_answer_as_it_comes(client: TestClient, snapshot: SnapshotAssertion) -> None:
    """`POST /tell` streams the text, from events that were recorded one by one."""
    with client.stream("POST", "/tell", json={"text": "Why is the sky blue?"}) as response:
        assert "".join(response.iter_text()) == snapshot(extension_class=AIMessageSnapshotExtension)


def test_a_conversation(parts: Application, snapshot: SnapshotAssertion) -> None:
    """Several calls share the test's cassette, in any order."""
    assistant = parts.assistant()
    answers = [assistant.answer(question) for question in ("Who are you?", "What can you do?")]
    assert answers == snapshot(extension_class=AIMessageSnapshotExtension)
