"""A part that fits its socket is accepted, whatever its class."""

from collections.abc import Generator, Sequence

from pydantic import SecretStr

from god_llm import AIMessage, BaseMessage, ChatGroq, Settings
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.groq import GroqNormaliser
from god_llm.plugins.groq.wire import Request
from god_llm.protocols import StreamDecoder
from god_llm.testing import FakeTransport


class Fake:
    def send(self, request: Request, /) -> JsonObject:
        return {"model": request["model"]}

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        yield {"model": request["model"]}


class Formatter:
    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        return {"model": model, "messages": [{"role": "user", "content": f"{len(messages)} {settings.seed}"}]}


class Normaliser:
    def normalise(self, reply: JsonObject) -> AIMessage:
        return AIMessage(content=str(reply))

    def decoder(self) -> StreamDecoder:
        return GroqNormaliser().decoder()


class Vault:
    def get_key(self, provider: str) -> SecretStr | None:
        return SecretStr(provider)


ChatGroq("openai/gpt-oss-20b", transport=Fake(), formatter=Formatter(), normaliser=Normaliser(), auth=Vault())
ChatGroq("openai/gpt-oss-20b", 0.2, transport=FakeTransport[Request]({}), async_transport=FakeTransport[Request]({}))
