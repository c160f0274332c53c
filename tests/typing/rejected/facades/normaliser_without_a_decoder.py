"""A normaliser that can't read streams is none."""

from god_llm import AIMessage, ChatAnthropic
from god_llm.domain.plain_json import JsonObject


class Normaliser:
    def normalise(self, reply: JsonObject) -> AIMessage:
        return AIMessage(content=str(reply))


ChatAnthropic("claude-sonnet-5-5", normaliser=Normaliser())  # E: arg-type
