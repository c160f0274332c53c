"""A server is named, or described, beside a `CustomModel`; its settings are those of chat completions."""

from typing_extensions import assert_type

from god_llm import ChatOpenAI, CustomModel, Server

llm = ChatOpenAI(CustomModel("deepseek-chat"), 0.2, server="deepseek", stop="END", seed=3, reasoning="high")
assert_type(llm, ChatOpenAI[CustomModel])
mine = Server(name="mine", base_url="http://localhost:9000/v1", system="one")
assert_type(ChatOpenAI(CustomModel("m"), server=mine, top_p=0.5), ChatOpenAI[CustomModel])
ChatOpenAI(CustomModel("m"), server="azure", base_url="https://me.openai.azure.com/openai/v1", api="chat_completions")
