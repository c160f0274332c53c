"""A message is a value: nothing of it can be set."""

from god_llm import UserMessage

message = UserMessage(content="Hello")
message.content = "Goodbye"  # E: misc
