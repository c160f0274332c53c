"""What depends on the API, of a part and of one call."""

from dependency_injector import containers, providers

from god_llm import ChatAnthropic, ChatOpenAI
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter


class App(containers.DeclarativeContainer):
    stopping = providers.Factory(ChatOpenAI, "gpt-5.5", stop=["end"])  # E: arg-type
    formatted = providers.Factory(ChatOpenAI, "gpt-5.5", formatter=providers.Singleton(OpenAIChatFormatter))  # E: arg-type
    responses = providers.Factory(ChatOpenAI, "gpt-5.5")


App.responses(seed=1)  # E: arg-type
App.responses.add_kwargs(stop=["end"])  # E: arg-type
ChatAnthropic("claude-sonnet-5-5").generate("Hello", seed=1)  # E: arg-type
