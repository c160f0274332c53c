"""A fake transport has `send` and no `stream`."""

from god_llm import ChatGroq
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.groq.wire import Request


class Fake:
    def send(self, request: Request, /) -> JsonObject:
        return {"model": request["model"]}


ChatGroq("openai/gpt-oss-20b", transport=Fake())  # E: arg-type
