"""A full name is the facade of its provider, with that provider's options."""

from typing_extensions import assert_type

from god_llm import BaseLLM, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, chat_model, model_id

assert_type(chat_model("openai:gpt-5.5"), ChatOpenAI)
assert_type(chat_model("openai:gpt-5.5", api="chat_completions", temperature=0.2, reasoning="none"), ChatOpenAI)
assert_type(chat_model("anthropic:claude-sonnet-5-5", api_key="key"), ChatAnthropic)
assert_type(chat_model("groq:openai/gpt-oss-20b", max_tokens=5), ChatGroq)
assert_type(chat_model("ollama:llama3.1", base_url="http://localhost:11434"), ChatOllama)
assert_type(chat_model("bedrock:amazon.nova-lite-v1:0", region="us-east-1"), ChatBedrock)


def from_configuration(name: str) -> BaseLLM:
    return chat_model(model_id(name))
