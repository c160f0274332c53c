"""One call may set what the model takes; of a model that is not known, everything."""

from god_llm import ChatAnthropic, ChatGroq, ChatOpenAI, CustomModel

ChatOpenAI("gpt-4o").generate("Hello", temperature=0.2, top_p=0.9, max_tokens=5)
ChatOpenAI("o3").generate("Hello", temperature=None, reasoning="high")
ChatOpenAI("gpt-5.5").stream("Hello", temperature=0.2, reasoning="none")
ChatAnthropic("claude-sonnet-5-5").generate("Hello", reasoning="max", stop="END")
ChatOpenAI(CustomModel("mine")).generate("Hello", temperature=0.2, reasoning="low")


def asked(llm: ChatGroq, named: ChatGroq[CustomModel]) -> None:
    llm.generate("Hello", temperature=0.2, reasoning="low", seed=7)
    named.generate("Hello", temperature=0.2, reasoning="low", seed=7)
