"""Bedrock's name of a model ends with a version, which is left out."""

from god_llm import ChatBedrock

ChatBedrock("amazon.nova-lite", region="eu-west-1")  # E: arg-type
