"""What the simulator accepts, beside what the SDKs can send."""

from __future__ import annotations

from collections.abc import Mapping

import botocore.session
import pytest
from anthropic.types.beta.message_create_params import MessageCreateParamsBase as BetaMessage
from anthropic.types.message_create_params import MessageCreateParamsBase as AnthropicMessage
from groq.types.chat.completion_create_params import CompletionCreateParams as GroqCompletion
from openai.types.chat.completion_create_params import CompletionCreateParamsBase as OpenAICompletion
from openai.types.responses.response_create_params import ResponseCreateParamsBase as OpenAIResponse
from pydantic import TypeAdapter

from god_llm.testing.simulator.requests.anthropic import ANTHROPIC_REQUEST
from god_llm.testing.simulator.requests.bedrock import BEDROCK_REQUEST
from god_llm.testing.simulator.requests.checking import Complaint, complaint_about
from god_llm.testing.simulator.requests.openai_chat import GROQ_REQUEST, OPENAI_REQUEST
from god_llm.testing.simulator.requests.openai_responses import RESPONSES_REQUEST


def _converse() -> set[str]:
    """The members of AWS's own model of Converse that travel in the body."""
    service = botocore.session.get_session().get_service_model("bedrock-runtime")
    shape = service.operation_model("Converse").input_shape
    assert shape is not None
    members: Mapping[str, object] = shape.members
    return {*members} - {"modelId"}


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        (OPENAI_REQUEST, {*OpenAICompletion.__annotations__}),
        (RESPONSES_REQUEST, {*OpenAIResponse.__annotations__}),
        (GROQ_REQUEST, {*GroqCompletion.__annotations__}),
        (ANTHROPIC_REQUEST, {*AnthropicMessage.__annotations__, *BetaMessage.__annotations__}),
        (BEDROCK_REQUEST, _converse()),
    ],
    ids=["openai-chat", "openai-responses", "groq", "anthropic", "bedrock"],
)
def test_every_parameter_of_the_sdk_is_known(accepted: TypeAdapter[object], sent: set[str]) -> None:
    """Whatever the installed SDK can put into a request, the simulator has heard of."""
    assert sent - set(accepted.json_schema()["properties"]) == set()


@pytest.mark.parametrize(
    ("body", "kind", "at"),
    [
        ({"model": "m", "messages": [{"role": "user"}]}, "missing", "messages[0].content"),
        ({"model": "m", "messages": [{"content": "hi"}]}, "missing", "messages[0].role"),
        ({"model": "m", "messages": [{"role": "user", "content": 3}]}, "string_type", "messages[0].content"),
        ({"model": "m", "messages": [{"role": "user", "content": "x"}], "n": "2"}, "int_type", "n"),
        (
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]},
            "dict_type",
            "messages[0].content[0].image_url",
        ),
    ],
)
def test_a_complaint_names_the_place(body: dict[str, object], kind: str, at: str) -> None:
    """The complaint is about the shape that fits best, and its path leads to the value in the request."""
    found = complaint_about(body, OPENAI_REQUEST)  # type: ignore[arg-type]  # JSON, which mypy can't see
    assert found is not None
    assert (found.kind, found.at("[{}]")) == (kind, at)


def test_a_path_is_written_in_either_style() -> None:
    """Positions are written with dots or in brackets, as the services do."""
    complaint = Complaint("missing", ("messages", 0, "content", 1, "text"), "Field required")
    assert complaint.at() == "messages.0.content.1.text"
    assert complaint.at("[{}]") == "messages[0].content[1].text"
