"""Of a model that is not listed the words for efforts are known all the same."""

from god_llm import ChatOpenAI, CustomModel

ChatOpenAI(CustomModel("ft:gpt-5.5:me"), reasoning="hihg")  # E: arg-type
