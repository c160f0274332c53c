"""A provider that is declared as what it is keeps the signature that is left for its calls."""

from dependency_injector import containers, providers

from god_llm import ChatGroq
from god_llm.containers import GroqContainer


class Application(containers.DeclarativeContainer):
    llm: providers.Factory[ChatGroq] = providers.Factory(ChatGroq, "openai/gpt-oss-20b")
    groq = providers.Container(GroqContainer)


Application.llm(temperature="hot")  # E: arg-type
GroqContainer().llm(temprature=0.2)  # E: call-arg
Application().groq.llm(max_tokens="5")  # E: arg-type
