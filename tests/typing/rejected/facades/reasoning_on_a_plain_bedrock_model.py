"""Nova Lite of the first generation does not reason."""

from god_llm import ChatBedrock

ChatBedrock("amazon.nova-lite-v1:0", reasoning="low", region="us-east-1")  # E: arg-type
