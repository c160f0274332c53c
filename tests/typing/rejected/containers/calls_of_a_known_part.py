"""Calls and setters of a part of a known model, also through another part and by name."""

from dependency_injector import containers, providers

from god_llm import ChatAnthropic, ChatGroq, ChatOpenAI, Generator


class Mailer:
    def __init__(self, name: str = "") -> None:
        self.name = name

    def send(self, text: str, times: int = 1) -> str:
        return text * times


class Service:
    def __init__(self, llm: Generator, mailer: Mailer) -> None:
        self.llm = llm


class App(containers.DeclarativeContainer):
    o3 = providers.Factory(ChatOpenAI, "o3")
    claude = providers.Factory(ChatAnthropic, model_name="claude-sonnet-5-5")
    mailer = providers.Factory(Mailer)
    service = providers.Factory(Service, llm=o3, mailer=mailer)
    by_name = providers.FactoryAggregate(claude=claude, groq=providers.Factory(ChatGroq, "openai/gpt-oss-20b"))
    sent = mailer.provided.send.call("Hello", times="3")  # E: arg-type


def tried() -> None:
    App.o3(temperature=0.2)  # E: arg-type
    App.claude(model_name="claude-haiku-4-5", reasoning="xhigh")  # E: arg-type
    App.o3.add_kwargs(temperature=0.2)  # E: arg-type
    App.o3.set_kwargs(temprature=0.2)  # E: call-arg
    App.o3.set_args("gpt-5.55")  # E: arg-type
    App.mailer.set_args(3)  # E: arg-type
    App.service(llm__temperature=0.2)  # E: arg-type
    App.service(mailer__nam="b")  # E: call-arg
    App.service(mailer__name=3)  # E: arg-type
    App.by_name("clade")  # E: arg-type
    App.by_name.grok()  # E: attr-defined
    App.by_name("claude", temperature=0.2)  # E: arg-type
    App.by_name.groq(max_token=3)  # E: call-arg
