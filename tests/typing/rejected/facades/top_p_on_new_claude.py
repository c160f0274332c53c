"""`top_p` is a sampling parameter, too."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-opus-5-5", top_p=0.9)  # E: arg-type
