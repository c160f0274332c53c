"""A model that is named at run time has the whole API: conversations, settings, extras, streams, tools and schemas."""

import asyncio

from pydantic import BaseModel
from typing_extensions import assert_type

from god_llm import (
    AIMessage,
    AsyncStream,
    BaseMessage,
    ChatModel,
    NamedTool,
    Stream,
    SystemMessage,
    ToolMessage,
    UserMessage,
    chat_model,
    model_id,
)
from god_llm.domain.extra import CustomExtra
from god_llm.middleware import Logged
from god_llm.protocols import ChatGenerator


class City(BaseModel):
    name: str


def weather(city: str) -> str:
    """The weather in a city."""
    return city


def from_configuration(name: str) -> None:
    llm = chat_model(model_id(name), temperature=0.2, reasoning="low", max_tokens=5, middleware=[Logged], timeout=3)
    assert_type(llm, ChatModel[str])
    conversation: list[BaseMessage] = [SystemMessage(content="Be brief."), UserMessage(content="Why?")]
    assert_type(llm.generate(conversation, max_tokens=5, seed=1, timeout=2.5), AIMessage[str])
    assert_type(llm.stream("Why?", stop=["END"], logprobs=2), Stream[str])
    assert_type(llm.astream("Why?", user="u1", request_metadata={"team": "search"}), AsyncStream[str])
    assert_type(asyncio.run(llm.agenerate("Why?", verbosity="low", show_reasoning=True)), AIMessage[str])
    assert_type(llm.generate_as(City, "Largest?", top_k=3), City)
    assert_type(asyncio.run(llm.agenerate_as(City, "Largest?", parallel_tool_calls=False)), City)
    armed = llm.configured(service_tier="flex").with_tools(weather, City, choice=NamedTool("weather"))
    assert_type(armed, ChatModel[str])
    answer = armed.generate("Oslo?", extra=CustomExtra({"min_p": 0.1}))
    results = [ToolMessage(content="Rain.", tool_call_id=call.id or "", name=call.name) for call in answer.tool_calls]
    armed.generate([*conversation, answer, *results])


def any_model(name: str) -> ChatGenerator:
    return chat_model(model_id(name))
