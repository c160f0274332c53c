"""Laws of asking: what the application says reaches the service, or is refused before anything is sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, cast

import pytest

from god_llm.domain.exceptions import BaseLLMException, MalformedResponseError, PromptError
from god_llm.domain.messages import AIMessage, Conversation, Message, Prompt, ToolMessage, UserMessage
from god_llm.domain.parts import ReasoningPart, TextPart
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import GenerationSettings
from god_llm.testing.conformance.capabilities import Capability, Facade, Probe, ProbeSchema, found
from god_llm.testing.conformance.recordings import Recording, Way
from god_llm.testing.conformance.suite import Suite, asked, awaited

__all__ = ["AskingLaws"]

_EMPTY: Final[tuple[Prompt, ...]] = ("", " \n", ())


class AskingLaws(Suite):
    """Nothing is dropped in silence."""

    def test_what_is_claimed_is_sent(self, claimed: Capability, way: Way) -> None:
        """A request says what was asked for, and differs from one that did not ask."""
        probe = self._probe(claimed)
        request = self._asking(claimed, way)
        for trace in probe.traces:
            assert found(trace, request), f"{trace!r} is not in the request"
        llm, transport = self._playing(self._any_recording(streamed="stream" in way))
        asked(probe.plainly(llm), way, "hello", **_without(probe.settings, claimed))
        assert request != transport.requests[0]

    def test_what_is_denied_is_refused(self, denied: Capability, way: Way) -> None:
        """What the provider does not take raises, and nothing is sent: it is never dropped in silence."""
        probe = self._probe(denied)
        llm, transport = self._playing(self._any_recording(streamed="stream" in way))
        with pytest.raises(probe.refusal) as caught:
            _ask(llm, denied, probe, way)
        assert transport.requests == []
        assert caught.value.provider == llm.provider

    def test_a_kind_of_call_that_is_denied_is_refused(self) -> None:
        """Streams and async calls that are not claimed raise, and nothing is sent."""
        denied: dict[Capability, Way] = {"streams": "stream", "async": "agenerate"}
        for way in (way for capability, way in denied.items() if capability not in self.claims):
            llm, transport = self._playing(self._any_recording())
            with pytest.raises(BaseLLMException):
                asked(llm, way)
            assert transport.requests == []

    def test_the_empty_prompt_is_refused(self, way: Way) -> None:
        """An empty text, a blank one and a conversation without messages raise `PromptError`; nothing is sent."""
        for prompt in _EMPTY:
            llm, transport = self._playing(self._any_recording(streamed="stream" in way))
            with pytest.raises(PromptError):
                asked(llm, way, prompt)
            assert transport.requests == []

    def test_every_way_sends_the_same(self, way: Way) -> None:
        """Sync or async, whole or streamed: the request that crosses the socket is the same, with the prompt in it."""
        recording = self._any_recording(streamed="stream" in way)
        sent: list[JsonObject] = []
        for each in ("generate", way):
            llm, transport = self._playing(recording)
            asked(llm, each, "Why is the sky blue?")
            sent += transport.requests
        assert len(sent) == 2  # noqa: PLR2004 - one request each
        assert sent[0] == sent[1]
        assert found("Why is the sky blue?", sent[0])

    def test_a_message_survives_json(self, recording: Recording, way: Way) -> None:
        """An answer written as JSON and read again is equal, alone and in a conversation."""
        llm, _ = self._playing(recording)
        message = asked(llm, way)
        assert AIMessage.model_validate_json(message.model_dump_json()) == message
        assert Conversation.validate_json(Conversation.dump_json((message,))) == (message,)

    def test_an_answer_goes_back_into_a_request(self, recording: Recording, way: Way) -> None:
        """The next turn holds the answer's text and calls, also when the conversation went through JSON."""
        llm, transport = self._playing(recording)
        message = asked(llm, way)
        turns = _next_turn(message)
        asked(llm, way, turns)
        asked(llm, way, Conversation.validate_json(Conversation.dump_json(turns)))
        _, request, restored = transport.requests
        assert request == restored
        for text in (message.content, *(call.name for call in message.tool_calls), "Go on."):
            assert found(text, request), text

    def test_reasoning_of_another_provider_stays_here(self, way: Way) -> None:
        """What another provider's model thought is not sent to this one; what it said is."""
        llm, transport = self._playing(self._any_recording(streamed="stream" in way))
        parts = (ReasoningPart(text="a foreign thought", signature="signed"), TextPart(text="a foreign word"))
        foreign = AIMessage(provider="another", parts=parts)
        asked(llm, way, (UserMessage(content="hello"), foreign, UserMessage(content="Go on.")))
        assert found("a foreign word", transport.requests[0])
        assert not found("a foreign thought", transport.requests[0])

    def _asking(self, capability: Capability, way: Way) -> JsonObject:
        """The request that asks for what is claimed."""
        llm, transport = self._playing(self._any_recording(streamed="stream" in way))
        _ask(llm, capability, self._probe(capability), way)
        (request,) = transport.requests
        return request


def _ask(llm: Facade, capability: Capability, probe: Probe, way: Way) -> None:
    llm = probe.prepare(llm)
    if capability != "response_schema":
        asked(llm, way, probe.prompt, **probe.settings)
        return
    with suppress(MalformedResponseError):  # the recorded answer has another shape: the request is what counts
        if way == "generate":
            llm.generate_as(ProbeSchema, probe.prompt)
        else:
            awaited(lambda: llm.agenerate_as(ProbeSchema, probe.prompt))


def _without(settings: GenerationSettings, capability: Capability) -> GenerationSettings:
    """The settings beside the one that is tried."""
    # A TypedDict has no `pop` for a name that is not a literal.
    return cast("GenerationSettings", {name: value for name, value in settings.items() if name != capability})


def _next_turn(message: AIMessage) -> tuple[Message, ...]:
    """A conversation that goes on after an answer, its calls answered."""
    results = [
        ToolMessage(tool_call_id=call.id or call.name, name=call.name, content="42") for call in message.tool_calls
    ]
    return (UserMessage(content="hello"), message, *results, UserMessage(content="Go on."))
