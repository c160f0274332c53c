"""A message is made of a dict."""

from god_llm import AIMessage, SystemMessage, ToolMessage, UserMessage

UserMessage("hi")
SystemMessage("hi")
AIMessage("hi")
ToolMessage("hi", tool_call_id="1")
UserMessage({"role": "user", "content": "hi"})  # E: arg-type
