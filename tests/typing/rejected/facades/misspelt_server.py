"""A server of which there is no row is misspelt."""

from god_llm import ChatOpenAI, CustomModel

ChatOpenAI(CustomModel("m"), server="deepsek")  # E: arg-type
