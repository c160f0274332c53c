"""Only Bedrock has regions."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b", region="eu-west-1")  # E: call-arg
