"""A structured answer is of the type that was asked for."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypedDict

from pydantic import BaseModel
from typing_extensions import assert_type

from god_llm import Answer, ChatGroq, ChatOpenAI


class City(BaseModel):
    name: str


@dataclass
class Point:
    x: int


class Row(TypedDict):
    name: str


class Colour(Enum):
    RED = "red"


llm = ChatGroq("openai/gpt-oss-20b")
assert_type(llm.generate_as(City, "The largest city of Japan?"), City)
assert_type(llm.generate_as(list[City], "Cities?"), list[City])
assert_type(llm.generate_as(dict[str, int], "Counts?", mode="tool"), dict[str, int])
assert_type(llm.generate_as(Point, "Where?", reasks=2), Point)
assert_type(llm.generate_as(Row, "Which?"), Row)
assert_type(llm.generate_as(Colour, "Which?"), Colour)
assert_type(llm.generate_as(int, "How many?", max_tokens=9), int)
assert_type(llm.generate_as(City | Point, "Which?"), City | Point)
assert_type(llm.generate_as(Literal["yes", "no"], "Is it?"), Literal["yes", "no"])
assert_type(llm.generate_as(City | None, "Is there one?"), City | None)
answer = ChatOpenAI("gpt-5.5").answer_as(list[int], "Which?")
assert_type(answer, Answer[list[int]])
assert_type(answer.value, list[int])
