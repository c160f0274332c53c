"""A transport is overridden with a fake of another provider's wire."""

from god_llm.containers import AnthropicContainer
from god_llm.plugins.ollama.wire import Request
from god_llm.testing import FakeTransport

AnthropicContainer().transport.override(FakeTransport[Request]({}))  # E: arg-type
