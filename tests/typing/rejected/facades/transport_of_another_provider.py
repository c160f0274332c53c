"""A fake of one provider's requests is used for another provider."""

from god_llm import ChatAnthropic
from god_llm.plugins.groq.wire import Request
from god_llm.testing import FakeTransport

fake = FakeTransport[Request]({})
ChatAnthropic("claude-sonnet-5-5", transport=fake)  # E: arg-type
