"""A `CustomModel` is accepted everywhere, with every setting."""

from typing_extensions import assert_type

from god_llm import BaseLLM, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel, chat_model

llm = ChatOpenAI(CustomModel("ft:gpt-5.5:me"), 0.2, reasoning="low", top_p=0.5)
assert_type(llm, ChatOpenAI[CustomModel])
assert_type(llm.generate("Hello").model, CustomModel | None)
ChatAnthropic(CustomModel("mine"), 0.2)
ChatGroq(CustomModel("mine"), reasoning="high")
ChatOllama(CustomModel("qwen3:8b"), reasoning="default")
ChatBedrock(CustomModel("arn:aws:bedrock:eu-west-1:1:inference-profile/mine"), 0.2)
assert_type(chat_model(CustomModel("parrot:polly"), api_key="key"), BaseLLM)
