"""A fake that was given chat completions is used where Responses are spoken."""

from god_llm import ChatOpenAI
from god_llm.plugins.openai.chat_completions.wire import Request as ChatRequest
from god_llm.testing import FakeTransport

fake = FakeTransport[ChatRequest]({})
ChatOpenAI("gpt-5.5", transport=fake)  # E: arg-type
