"""What a model does not take it does not take behind another provider either."""

from god_llm import ChatBedrock

ChatBedrock("us.anthropic.claude-opus-5-5", temperature=0.5, region="us-east-1")  # E: arg-type
