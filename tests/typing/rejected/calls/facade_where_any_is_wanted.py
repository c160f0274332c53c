"""A facade is checked where Any is wanted of it, as anywhere else."""

from functools import partial
from typing import Any

from god_llm import ChatModel, ChatOpenAI


class Registry:
    llm: Any = None
    by_name: dict[str, Any] = {}


def wrapped(llm: ChatModel[Any, Any]) -> str:
    return str(llm.model_name)


def made() -> Any:
    return ChatOpenAI("gpt-5.55")  # E: arg-type


def kept() -> None:
    registry = Registry()
    registry.llm = ChatOpenAI("o3", temperature=0.2)  # E: arg-type
    registry.by_name["large"] = ChatOpenAI("gpt-4o", reasoning="low")  # E: arg-type
    by_name: dict[str, Any] = {"small": ChatOpenAI("gpt-5.55")}  # E: arg-type
    listed: list[Any] = [ChatOpenAI("gpt-5.5", temprature=0.2)]  # E: call-arg
    print(by_name, listed, wrapped(ChatOpenAI("gpt-5.55")))  # E: arg-type


def partly() -> None:
    reasoner = partial(ChatOpenAI, "o3")
    partial(ChatOpenAI, "gpt-5.55")  # E: arg-type
    reasoner(temperature=0.2)  # E: arg-type
    reasoner(temprature=0.2)  # E: call-arg
