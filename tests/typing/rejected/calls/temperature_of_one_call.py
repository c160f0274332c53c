"""One call of a model that never samples asks for a temperature."""

from god_llm import ChatOpenAI

llm = ChatOpenAI("o3")
llm.generate("Hello", temperature=0.2)  # E: arg-type
