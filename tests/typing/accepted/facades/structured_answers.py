"""A structured answer is of the class that was asked for."""

from pydantic import BaseModel
from typing_extensions import assert_type

from god_llm import ChatGroq


class City(BaseModel):
    name: str


assert_type(ChatGroq("openai/gpt-oss-20b").generate_as(City, "The largest city of Japan?"), City)
