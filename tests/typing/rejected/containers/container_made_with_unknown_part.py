"""A container is made with a part whose name is misspelt."""

from god_llm.containers import GroqContainer
from god_llm.testing import FakeTransport

GroqContainer(trasport=FakeTransport({}))  # E: call-arg
