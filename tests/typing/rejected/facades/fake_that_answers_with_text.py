"""A fake transport answers with text, where JSON objects cross the socket."""

from collections.abc import Generator

from god_llm import ChatGroq
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.groq.wire import Request


class Fake:
    def send(self, request: Request, /) -> str:
        return request["model"]

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        yield {"model": request["model"]}


ChatGroq("openai/gpt-oss-20b", transport=Fake())  # E: arg-type
