"""A fake for async code is passed as the transport of sync calls."""

from collections.abc import AsyncGenerator

from god_llm import ChatGroq
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.groq.wire import Request


class Fake:
    async def asend(self, request: Request, /) -> JsonObject:
        return {"model": request["model"]}

    async def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        yield {"model": request["model"]}


ChatGroq("openai/gpt-oss-20b", transport=Fake())  # E: arg-type
